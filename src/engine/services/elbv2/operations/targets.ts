import type {
  DeregisterTargetsCommandInput,
  DescribeTargetHealthCommandInput,
  DescribeTargetHealthCommandOutput,
  RegisterTargetsCommandInput,
  TargetDescription,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { BlockList, isIPv4 } from 'node:net'
import { AwsError } from '../../../aws-error.ts'
import { targetKey } from '../../../data-plane/targets/target.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { tooMany, validationError } from '../errors.ts'
import type { LoadBalancing } from '../load-balancing.ts'
import type { TargetGroupRecord, TargetRecord } from '../records.ts'

/** AWS: "Quotas for your Application Load Balancers". */
const MAX_TARGETS = 1000
/** AWS: the ranges from which a target of type `ip` may come. */
const PRIVATE =
  /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/

export function targetOperations(balancing: LoadBalancing): OperationTable {
  const { state } = balancing
  return {
    RegisterTargets: async (input: RegisterTargetsCommandInput, call: Call) => {
      const group = state.targetGroup(call.region, input.TargetGroupArn)
      const targets: TargetRecord[] = []
      for (const description of input.Targets ?? []) {
        targets.push(await resolve(balancing, group, description))
      }
      const known = new Set(state.targetsOf(group).map(targetKey))
      const added = targets.filter((target) => !known.has(targetKey(target)))
      if (known.size + added.length > MAX_TARGETS) {
        throw tooMany('Targets', 'You have reached the limit on the number of targets')
      }
      for (const target of targets) balancing.register(group, target)
      return {}
    },

    DeregisterTargets: (input: DeregisterTargetsCommandInput, call: Call) => {
      const group = state.targetGroup(call.region, input.TargetGroupArn)
      const registered = state.targetsOf(group)
      for (const { Id: id, Port: port } of input.Targets ?? []) {
        // Without a port, all registrations of the target are meant.
        const meant = registered.filter(
          (target) => target.id === id && (port === undefined || target.port === port),
        )
        for (const target of meant) {
          if (target.drainingSinceMs === undefined) balancing.deregister(group, target)
        }
      }
      return {}
    },

    DescribeTargetHealth: (
      input: DescribeTargetHealthCommandInput,
      call: Call,
    ): Output<DescribeTargetHealthCommandOutput> => {
      const group = state.targetGroup(call.region, input.TargetGroupArn)
      const registered = state.targetsOf(group)
      const asked = input.Targets ?? []
      return {
        TargetHealthDescriptions:
          asked.length === 0
            ? registered.map((target) => describe(balancing, group, target))
            : asked.flatMap((target) => describeAsked(balancing, group, target)),
      }
    },
  }
}

/** The address at which a described target gets its requests; throws when it has none. */
async function resolve(
  balancing: LoadBalancing,
  group: TargetGroupRecord,
  { Id: id = '', Port, AvailabilityZone: zone }: TargetDescription,
): Promise<TargetRecord> {
  const port = Port ?? group.settings.Port ?? 0
  if (port < 1 || port > 65_535) throw validationError(`Port '${port}' is not valid`)
  const base = { region: group.region, groupArn: group.arn, id, port, drainingSinceMs: undefined }
  if (group.settings.TargetType === 'ip') {
    if (!isIPv4(id)) throw validationError(`The IP address '${id}' is not a valid IPv4 address`)
    if (!PRIVATE.test(id)) {
      throw invalidTarget(
        `The IP address '${id}' is not within the ranges from which targets can be registered`,
      )
    }
    return { ...base, ip: id, zone: zone ?? (await zoneOf(balancing, group, id)) }
  }
  if (!/^i-[0-9a-f]+$/.test(id)) throw validationError(`Instance ID '${id}' is not valid`)
  const { Reservations = [] } = await balancing.context
    .calls(group.region)
    .ec2.describeInstances({ InstanceIds: [id] })
    .catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error
      throw invalidTarget(`The following targets are not valid instances: '${id}'`)
    })
  const instance = Reservations.flatMap(({ Instances = [] }) => Instances)[0]
  if (instance?.State?.Name !== 'running' || instance.PrivateIpAddress === undefined) {
    throw invalidTarget(
      `The following targets are not in a running state and cannot be registered: '${id}'`,
    )
  }
  const zoneOfInstance = instance.Placement?.AvailabilityZone
  return { ...base, ip: instance.PrivateIpAddress, zone: zoneOfInstance }
}

/** The zone of the subnet that an address of the group's VPC is in; undefined outside of it. */
async function zoneOf(
  { context }: LoadBalancing,
  group: TargetGroupRecord,
  ip: string,
): Promise<string | undefined> {
  const { Subnets = [] } = await context.calls(group.region).ec2.describeSubnets({
    Filters: [{ Name: 'vpc-id', Values: [group.settings.VpcId ?? ''] }],
  })
  return Subnets.find(({ CidrBlock }) => isWithin(ip, CidrBlock ?? ''))?.AvailabilityZone
}

function isWithin(ip: string, cidr: string): boolean {
  const [network = '', bits = ''] = cidr.split('/')
  if (!isIPv4(network)) return false
  const list = new BlockList()
  list.addSubnet(network, Number(bits), 'ipv4')
  return list.check(ip)
}

function describeAsked(
  balancing: LoadBalancing,
  group: TargetGroupRecord,
  { Id: id = '', Port: port }: TargetDescription,
): TargetHealthDescription[] {
  const found = balancing.state
    .targetsOf(group)
    .filter((target) => target.id === id && (port === undefined || target.port === port))
  if (found.length > 0) return found.map((target) => describe(balancing, group, target))
  return [
    {
      Target: { Id: id, Port: port ?? group.settings.Port },
      TargetHealth: {
        State: 'unused',
        Reason: 'Target.NotRegistered',
        Description: 'Target is not registered to the target group',
      },
    },
  ]
}

function describe(
  { plane }: LoadBalancing,
  { arn, settings }: TargetGroupRecord,
  record: TargetRecord,
): TargetHealthDescription {
  const group = plane.group(arn)
  const target = group?.target(targetKey(record))
  const health = target === undefined ? undefined : group?.report(target)
  const { HealthCheckPort: checkPort } = settings
  return {
    Target: {
      Id: record.id,
      Port: record.port,
      ...(record.zone === undefined ? {} : { AvailabilityZone: record.zone }),
    },
    HealthCheckPort: checkPort === 'traffic-port' ? String(record.port) : checkPort,
    TargetHealth: {
      State: health?.state ?? 'initial',
      ...(health?.reason === undefined
        ? {}
        : { Reason: health.reason, Description: health.description }),
    },
  }
}

function invalidTarget(message: string): AwsError {
  return new AwsError('InvalidTarget', message)
}
