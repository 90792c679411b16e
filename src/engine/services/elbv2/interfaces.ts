import type { Subnet } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws-error.ts'
import type { AwsCalls } from '../calls.ts'
import { invalidConfiguration, validationError } from './errors.ts'
import type { InterfaceRecord } from './records.ts'

/** The subnets of that name; throws when one does not exist or they do not fit together. */
export async function readSubnets(
  { ec2 }: AwsCalls,
  ids: readonly string[],
  type: string,
): Promise<Subnet[]> {
  if (ids.length === 0) throw validationError('At least one subnet must be specified')
  const { Subnets = [] } = await ec2
    .describeSubnets({ SubnetIds: [...ids] })
    .catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error
      throw new AwsError('SubnetNotFound', `The subnets '${ids.join(', ')}' do not all exist`)
    })
  const subnets = ids.map((id) => Subnets.find(({ SubnetId }) => SubnetId === id))
  const found = subnets.filter((subnet) => subnet !== undefined)
  if (found.length < ids.length) {
    const missing = ids.find((_, i) => subnets[i] === undefined)
    throw new AwsError('SubnetNotFound', `The subnet ID '${missing}' does not exist`)
  }
  const zones = new Set(found.map(({ AvailabilityZone }) => AvailabilityZone))
  if (zones.size < found.length) {
    throw invalidConfiguration(
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    )
  }
  if (type === 'application' && zones.size < 2) {
    throw validationError(
      'At least two subnets in two different Availability Zones must be specified',
    )
  }
  if (new Set(found.map(({ VpcId }) => VpcId)).size > 1) {
    throw invalidConfiguration('All subnets must belong to the same VPC')
  }
  return found
}

/** The security groups to use: those named, or else the VPC's default one. */
export async function readSecurityGroups(
  { ec2 }: AwsCalls,
  ids: readonly string[] | undefined,
  vpcId: string,
): Promise<string[]> {
  if (ids === undefined || ids.length === 0) {
    const { SecurityGroups = [] } = await ec2.describeSecurityGroups({
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: 'group-name', Values: ['default'] },
      ],
    })
    return SecurityGroups.flatMap(({ GroupId }) => (GroupId === undefined ? [] : [GroupId]))
  }
  const { SecurityGroups = [] } = await ec2
    .describeSecurityGroups({ GroupIds: [...ids] })
    .catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error
      throw new AwsError('InvalidSecurityGroup', error.message)
    })
  if (SecurityGroups.some(({ VpcId }) => VpcId !== vpcId)) {
    throw invalidConfiguration('One or more security groups are invalid')
  }
  return [...ids]
}

/** Makes the load balancer's network interface in a subnet. */
export async function createInterface(
  { ec2 }: AwsCalls,
  subnet: Subnet,
  balancer: { id: string; securityGroups: readonly string[] },
): Promise<InterfaceRecord> {
  const { NetworkInterface } = await ec2.createNetworkInterface({
    SubnetId: subnet.SubnetId,
    Description: `ELB ${balancer.id}`,
    ...(balancer.securityGroups.length > 0 ? { Groups: [...balancer.securityGroups] } : {}),
  })
  return {
    subnetId: subnet.SubnetId ?? '',
    zone: subnet.AvailabilityZone ?? '',
    networkInterfaceId: NetworkInterface?.NetworkInterfaceId ?? '',
    ip: NetworkInterface?.PrivateIpAddress ?? '',
  }
}

/** Makes one interface for each subnet, or none when one cannot be made. */
export async function createInterfaces(
  calls: AwsCalls,
  subnets: readonly Subnet[],
  balancer: { id: string; securityGroups: readonly string[] },
): Promise<InterfaceRecord[]> {
  const made: InterfaceRecord[] = []
  try {
    for (const subnet of subnets) made.push(await createInterface(calls, subnet, balancer))
    return made
  } catch (error) {
    await deleteInterfaces(calls, made)
    throw error
  }
}

export async function deleteInterfaces(
  { ec2 }: AwsCalls,
  interfaces: readonly InterfaceRecord[],
): Promise<void> {
  for (const { networkInterfaceId } of interfaces) {
    // Whoever deleted one by hand has done our work.
    await ec2.deleteNetworkInterface({ NetworkInterfaceId: networkInterfaceId }).catch(() => {})
  }
}
