import type { UpdateServiceCommandInput } from '@aws-sdk/client-ecs'
import type { EcsState } from '../ecs-state.ts'
import type { DeploymentRecord } from '../records.ts'

const ID_DIGITS = 19

export type DeploymentWish = Pick<
  DeploymentRecord,
  | 'taskDefinition'
  | 'launchType'
  | 'strategy'
  | 'platformVersion'
  | 'network'
  | 'places'
  | 'loadBalancers'
  | 'alarms'
>

/** Makes the record of a deployment that begins now. */
export function newDeployment(state: EcsState, wish: DeploymentWish): DeploymentRecord {
  const now = state.context.clock.now()
  const digits = BigInt(`0x${state.context.random.hex(10)}`)
    .toString()
    .padStart(ID_DIGITS, '1')
  const id = `ecs-svc/${digits.slice(0, ID_DIGITS)}`
  return {
    ...wish,
    id,
    createdAt: now,
    updatedAt: now,
    failedTasks: 0,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    rollbackOf: undefined,
    images: {},
    bakingSince: undefined,
  }
}

/** R6: which changes make a new deployment; a new count, for one, does not. */
export function startsDeployment(input: UpdateServiceCommandInput): boolean {
  return (
    input.forceNewDeployment === true ||
    [
      input.taskDefinition,
      input.networkConfiguration,
      input.platformVersion,
      input.loadBalancers,
      input.serviceRegistries,
      input.serviceConnectConfiguration,
      input.volumeConfigurations,
      input.vpcLatticeConfigurations,
    ].some((change) => change !== undefined)
  )
}
