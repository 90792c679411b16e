import type { Log } from '../../../base/log.ts'
import type { Clock } from '../../clock/clock.ts'
import { createNetwork } from '../../network/create-network.ts'
import type { Ec2Reader } from '../../network/read-facts.ts'
import type { VpcNetwork } from '../../network/vpc-network.ts'

export const TEST_VPC = 'vpc-1'

/** An interface of the test VPC, and the one group that it has. */
export interface TestInterface {
  readonly ip: string
  readonly group: string
}

/** Ports at which a group is open to the whole VPC. */
export type TestGroups = Record<string, readonly { from: number; to: number }[]>

/** A network over a VPC 10.0.0.0/16 without a way out, with these interfaces and groups. */
export function testNetwork(options: {
  clock: Clock
  log: Log
  interfaces: readonly TestInterface[]
  groups: TestGroups
}): VpcNetwork {
  const { clock, groups, interfaces, log } = options
  const ec2: Ec2Reader = {
    describeNetworkInterfaces: () =>
      Promise.resolve({
        NetworkInterfaces: interfaces.map(({ ip, group }) => ({
          NetworkInterfaceId: `eni-${ip}`,
          VpcId: TEST_VPC,
          SubnetId: 'subnet-1',
          PrivateIpAddress: ip,
          Groups: [{ GroupId: group }],
        })),
      }),
    describeSecurityGroups: () =>
      Promise.resolve({
        SecurityGroups: Object.entries(groups).map(([GroupId, open]) => ({
          GroupId,
          IpPermissions: open.map(({ from, to }) => ({
            IpProtocol: 'tcp',
            FromPort: from,
            ToPort: to,
            IpRanges: [{ CidrIp: '10.0.0.0/16' }],
          })),
          IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
        })),
      }),
    describeRouteTables: () => Promise.resolve({ RouteTables: [] }),
    describeSubnets: () => Promise.resolve({ Subnets: [] }),
    describeVpcs: () => Promise.resolve({ Vpcs: [{ VpcId: TEST_VPC, CidrBlock: '10.0.0.0/16' }] }),
  }
  return createNetwork({ clock, log, ec2: () => [ec2] })
}
