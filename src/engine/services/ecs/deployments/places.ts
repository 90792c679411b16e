import { AwsError } from '../../../aws-error.ts'
import type { Place } from '../../../scheduler/placement.ts'
import type { Call } from '../../service.ts'
import type { EcsState } from '../ecs-state.ts'
import { invalidParameter } from '../errors.ts'

const MOST_SUBNETS = 16

/** The subnets of a network configuration with their zones. Throws AWS's error for unknown ones. */
export async function placesOf(
  state: EcsState,
  call: Pick<Call, 'region'>,
  subnets: readonly string[],
): Promise<Place[]> {
  if (subnets.length > MOST_SUBNETS) {
    throw invalidParameter(`subnets can have at most ${MOST_SUBNETS} items.`)
  }
  try {
    const { Subnets = [] } = await state.context
      .calls(call.region)
      .ec2.describeSubnets({ SubnetIds: [...subnets] })
    const zones = new Map(Subnets.map((each) => [each.SubnetId, each.AvailabilityZone ?? '']))
    return subnets.map((subnetId) => ({ subnetId, zone: zones.get(subnetId) ?? '' }))
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw invalidParameter(
      `Error retrieving subnet information for [${subnets.join(', ')}]: ${error.message} (ErrorCode: ${error.code})`,
    )
  }
}
