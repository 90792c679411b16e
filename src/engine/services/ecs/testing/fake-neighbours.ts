import type {
  DeregisterTargetsCommandInput,
  DescribeTargetGroupsCommandInput,
  DescribeTargetHealthCommandInput,
  RegisterTargetsCommandInput,
  TargetHealth,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsError } from '../../../aws-error.ts'
import type { Clock } from '../../../clock/clock.ts'
import type { OperationTable } from '../../service.ts'

/** EC2, as far as tasks need it: two subnets in two zones. */
export class FakeNetwork {
  readonly interfaces = new Map<string, string>()
  #made = 0

  readonly operations: OperationTable = {
    DescribeSubnets: ({ SubnetIds = [] }: { SubnetIds?: string[] }) => ({
      Subnets: SubnetIds.map((SubnetId) => {
        const AvailabilityZone = { 'subnet-a': 'us-east-1a', 'subnet-b': 'us-east-1b' }[SubnetId]
        if (AvailabilityZone === undefined) {
          throw new AwsError(
            'InvalidSubnetID.NotFound',
            `The subnet ID '${SubnetId}' does not exist`,
          )
        }
        return { SubnetId, AvailabilityZone, CidrBlock: '10.0.0.0/16', VpcId: 'vpc-1' }
      }),
    }),
    CreateNetworkInterface: ({ SubnetId = '' }: { SubnetId?: string }) => {
      const number = ++this.#made
      const NetworkInterfaceId = `eni-${number}`
      const PrivateIpAddress = `10.0.${number >> 8}.${number & 255}`
      this.interfaces.set(NetworkInterfaceId, PrivateIpAddress)
      return {
        NetworkInterface: {
          NetworkInterfaceId,
          SubnetId,
          VpcId: 'vpc-1',
          MacAddress: '0a:00:00:00:00:01',
          PrivateIpAddress,
          PrivateDnsName: `ip-${PrivateIpAddress.replaceAll('.', '-')}.ec2.internal`,
          AvailabilityZone: SubnetId === 'subnet-a' ? 'us-east-1a' : 'us-east-1b',
        },
      }
    },
    DeleteNetworkInterface: ({ NetworkInterfaceId = '' }: { NetworkInterfaceId?: string }) => {
      this.interfaces.delete(NetworkInterfaceId)
      return {}
    },
  }
}

interface FakeTarget {
  readonly since: number
  drainsUntil: number | undefined
}

/** ELBv2, as far as services need it: one target group whose targets' health a test decides. */
export class FakeTargetGroup {
  readonly arn = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/1'
  readonly targets = new Map<string, FakeTarget>()
  /** The health of a registered target, by its address; by default healthy after two seconds. */
  health: (ip: string, ageMs: number) => TargetHealth = (_ip, ageMs) =>
    ageMs < 2000 ? { State: 'initial' } : { State: 'healthy' }
  drainMs = 30_000
  describeCalls = 0
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  readonly operations: OperationTable = {
    DescribeTargetGroups: (_input: DescribeTargetGroupsCommandInput) => ({
      TargetGroups: [
        { TargetGroupArn: this.arn, TargetType: 'ip' as const, LoadBalancerArns: ['lb'] },
      ],
    }),
    RegisterTargets: ({ Targets = [] }: RegisterTargetsCommandInput) => {
      for (const { Id = '', Port } of Targets) {
        this.targets.set(`${Id}:${Port}`, { since: this.#clock.now(), drainsUntil: undefined })
      }
      return {}
    },
    DeregisterTargets: ({ Targets = [] }: DeregisterTargetsCommandInput) => {
      for (const { Id, Port } of Targets) {
        const target = this.targets.get(`${Id}:${Port}`)
        if (target !== undefined) target.drainsUntil ??= this.#clock.now() + this.drainMs
      }
      return {}
    },
    DescribeTargetHealth: (_input: DescribeTargetHealthCommandInput) => {
      this.describeCalls++
      const now = this.#clock.now()
      for (const [key, { drainsUntil }] of this.targets) {
        if (drainsUntil !== undefined && drainsUntil <= now) this.targets.delete(key)
      }
      return {
        TargetHealthDescriptions: [...this.targets].map(([key, { since, drainsUntil }]) => {
          const [Id = '', port] = key.split(':')
          const TargetHealth =
            drainsUntil === undefined
              ? this.health(Id, now - since)
              : { State: 'draining' as const }
          return { Target: { Id, Port: Number(port) }, TargetHealth }
        }),
      }
    },
  }
}

/** Logs, as far as containers need it: the groups that exist, and what arrived. */
export class FakeLogs {
  readonly groups = new Set(['/app'])
  readonly streams = new Map<string, string[]>()
  calls = 0

  readonly operations: OperationTable = {
    CreateLogGroup: ({ logGroupName = '' }: { logGroupName?: string }) => {
      this.groups.add(logGroupName)
      return {}
    },
    CreateLogStream: (input: { logGroupName?: string; logStreamName?: string }) => {
      if (!this.groups.has(input.logGroupName ?? '')) {
        throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.')
      }
      this.streams.set(input.logStreamName ?? '', [])
      return {}
    },
    PutLogEvents: (input: { logStreamName?: string; logEvents?: { message?: string }[] }) => {
      this.calls++
      const lines = (input.logEvents ?? []).map(({ message = '' }) => message)
      this.streams.get(input.logStreamName ?? '')?.push(...lines)
      return {}
    },
  }
}
