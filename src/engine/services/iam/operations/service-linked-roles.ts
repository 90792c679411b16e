import type {
  CreateServiceLinkedRoleCommandInput,
  CreateServiceLinkedRoleCommandOutput,
  DeleteServiceLinkedRoleCommandInput,
  DeleteServiceLinkedRoleCommandOutput,
  GetServiceLinkedRoleDeletionStatusCommandInput,
  GetServiceLinkedRoleDeletionStatusCommandOutput,
} from '@aws-sdk/client-iam'
import { uuid } from '../../../random.ts'
import type { OperationTable, Output } from '../../service.ts'
import { describeRole } from '../describe-role.ts'
import { invalidInput, noSuchEntity } from '../errors.ts'
import type { IamState } from '../iam-state.ts'
import { isServiceLinked, SERVICE_LINKED, serviceLinkedRole } from '../service-linked-roles.ts'

export function serviceLinkedRoleOperations(state: IamState): OperationTable {
  return {
    CreateServiceLinkedRole: (
      input: CreateServiceLinkedRoleCommandInput,
    ): Output<CreateServiceLinkedRoleCommandOutput> => {
      const service = input.AWSServiceName ?? ''
      if (SERVICE_LINKED[service] === undefined) {
        throw invalidInput(`Service ${service} is not supported for service-linked roles here.`)
      }
      const role = serviceLinkedRole(state, service, {
        description: input.Description,
        suffix: input.CustomSuffix,
      })
      if (state.roles.find(role.name) !== undefined) {
        throw invalidInput(
          `Service role name ${role.name} has been taken in this account, please try a different ` +
            'suffix.',
        )
      }
      return { Role: describeRole(state.roles.put(role)) }
    },

    DeleteServiceLinkedRole: (
      input: DeleteServiceLinkedRoleCommandInput,
    ): Output<DeleteServiceLinkedRoleCommandOutput> => {
      const role = state.roles.get(input.RoleName)
      if (!isServiceLinked(role)) {
        throw noSuchEntity(`The role with name ${role.name} cannot be found.`)
      }
      state.roles.delete(role)
      const DeletionTaskId = `task${role.path}${role.name}/${uuid(state.context.random)}`
      return { DeletionTaskId }
    },

    GetServiceLinkedRoleDeletionStatus: (
      input: GetServiceLinkedRoleDeletionStatusCommandInput,
    ): Output<GetServiceLinkedRoleDeletionStatusCommandOutput> => {
      if (input.DeletionTaskId?.startsWith('task/aws-service-role/') !== true) {
        throw noSuchEntity(`Deletion task ${input.DeletionTaskId} cannot be found.`)
      }
      return { Status: 'SUCCEEDED' }
    },
  }
}
