import { AwsError } from '../../aws-error.ts'
import { invalidValue } from './errors.ts'
import type { RdsState } from './rds-state.ts'
import type { SubnetGroupRecord } from './records.ts'

/** The subnets of a group: of one VPC, over two zones at least. */
export async function subnetsOf(
  state: RdsState,
  region: string,
  subnetIds: readonly string[],
): Promise<Pick<SubnetGroupRecord, 'vpcId' | 'subnets'>> {
  const { ec2 } = state.context.calls(region)
  const { Subnets = [] } = await ec2
    .describeSubnets({ SubnetIds: [...subnetIds] })
    .catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error
      throw new AwsError(
        'InvalidSubnet',
        `Some input subnets in :[${subnetIds.join(', ')}] are invalid.`,
      )
    })
  const subnets = Subnets.map(({ SubnetId = '', AvailabilityZone = '' }) => ({
    id: SubnetId,
    zone: AvailabilityZone,
  }))
  const zones = [...new Set(subnets.map(({ zone }) => zone))]
  if (zones.length < 2) {
    throw new AwsError(
      'DBSubnetGroupDoesNotCoverEnoughAZs',
      "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ " +
        `coverage: ${zones.join(', ')}. Add subnets to cover at least 2 AZs.`,
    )
  }
  const vpcs = new Set(Subnets.map(({ VpcId = '' }) => VpcId))
  if (vpcs.size > 1) {
    throw invalidValue('Subnets in a DB subnet group must all be in the same VPC.')
  }
  return { vpcId: [...vpcs][0] ?? '', subnets }
}

/** The group `default`, over the default VPC; made when an instance first needs it. */
export async function defaultSubnetGroup(
  state: RdsState,
  region: string,
): Promise<SubnetGroupRecord> {
  const known = state.subnetGroups.get(`${region}/default`)
  if (known !== undefined) return known
  const { ec2 } = state.context.calls(region)
  const { Subnets = [] } = await ec2.describeSubnets({
    Filters: [{ Name: 'default-for-az', Values: ['true'] }],
  })
  if (Subnets.length === 0) {
    throw new AwsError(
      'InvalidSubnet',
      'No default subnet detected in VPC. Please contact AWS Support to recreate the default Subnets.',
    )
  }
  const ids = Subnets.map(({ SubnetId = '' }) => SubnetId)
  const record = {
    name: 'default',
    region,
    description: 'default',
    ...(await subnetsOf(state, region, ids)),
    tags: {},
  }
  state.subnetGroups.put(`${region}/default`, record)
  return record
}
