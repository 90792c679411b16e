import type {
  CreateRoleCommandInput,
  CreateRoleCommandOutput,
  DeleteRoleCommandInput,
  DeleteRolePermissionsBoundaryCommandInput,
  GetRoleCommandInput,
  GetRoleCommandOutput,
  ListRolesCommandInput,
  ListRolesCommandOutput,
  PutRolePermissionsBoundaryCommandInput,
  UpdateAssumeRolePolicyCommandInput,
  UpdateRoleCommandInput,
  UpdateRoleDescriptionCommandInput,
} from '@aws-sdk/client-iam'
import type { Call, OperationTable, Output } from '../../service.ts'
import { checkDocument, checkName, checkPath, checkTags } from '../checks.ts'
import { describeRole } from '../describe-role.ts'
import { alreadyExists, deleteConflict, noSuchEntity, validation } from '../errors.ts'
import type { IamState } from '../iam-state.ts'
import { page } from '../page.ts'
import type { RoleRecord } from '../records.ts'
import { modifiable } from '../service-linked-roles.ts'

const HOUR_SECONDS = 3600
const MAX_SESSION_SECONDS = 12 * HOUR_SECONDS

export function roleOperations(state: IamState): OperationTable {
  return {
    CreateRole: (input: CreateRoleCommandInput): Output<CreateRoleCommandOutput> => ({
      Role: describeRole(state.roles.put(newRole(state, input))),
    }),

    GetRole: (input: GetRoleCommandInput): Output<GetRoleCommandOutput> => ({
      Role: describeRole(state.roles.get(input.RoleName)),
    }),

    ListRoles: (input: ListRolesCommandInput): Output<ListRolesCommandOutput> => {
      const prefix = input.PathPrefix ?? '/'
      const found = state.roles.list().filter(({ path }) => path.startsWith(prefix))
      const { items, rest } = page(found, input)
      return { Roles: items.map(describeRole), ...rest }
    },

    DeleteRole: (input: DeleteRoleCommandInput, call: Call) => {
      const role = modifiable(state.roles.get(input.RoleName), call)
      const profiles = state.instanceProfiles.list()
      if (profiles.some(({ roleName }) => roleName === role.name)) {
        throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.')
      }
      checkEmpty(role)
      state.roles.delete(role)
      return {}
    },

    UpdateAssumeRolePolicy: (input: UpdateAssumeRolePolicyCommandInput, call: Call) => {
      const role = modifiable(state.roles.get(input.RoleName), call)
      state.roles.put({ ...role, trustPolicy: checkDocument(input.PolicyDocument, 'trust') })
      return {}
    },

    ...settingOperations(state),
  }
}

function settingOperations(state: IamState): OperationTable {
  const update = (input: UpdateRoleCommandInput, call: Call): RoleRecord => {
    const role = modifiable(state.roles.get(input.RoleName), call)
    return state.roles.put({
      ...role,
      description: input.Description ?? role.description,
      maxSessionSeconds: sessionSeconds(input.MaxSessionDuration ?? role.maxSessionSeconds),
    })
  }
  return {
    UpdateRole: (input: UpdateRoleCommandInput, call: Call) => {
      update(input, call)
      return {}
    },

    UpdateRoleDescription: (input: UpdateRoleDescriptionCommandInput, call: Call) => ({
      Role: describeRole(update(input, call)),
    }),

    PutRolePermissionsBoundary: (input: PutRolePermissionsBoundaryCommandInput, call: Call) => {
      const role = modifiable(state.roles.get(input.RoleName), call)
      const permissionsBoundary = boundary(state, input.PermissionsBoundary)
      state.roles.put({ ...role, permissionsBoundary })
      return {}
    },

    DeleteRolePermissionsBoundary: (
      input: DeleteRolePermissionsBoundaryCommandInput,
      call: Call,
    ) => {
      const role = modifiable(state.roles.get(input.RoleName), call)
      state.roles.put({ ...role, permissionsBoundary: undefined })
      return {}
    },
  }
}

function newRole(state: IamState, input: CreateRoleCommandInput): RoleRecord {
  const name = checkName('roleName', input.RoleName)
  const path = checkPath(input.Path)
  const trustPolicy = checkDocument(input.AssumeRolePolicyDocument, 'trust')
  if (state.roles.find(name) !== undefined) {
    throw alreadyExists(`Role with name ${name} already exists.`)
  }
  return {
    name,
    path,
    id: state.newId('AROA'),
    arn: state.arn('role', path, name),
    createdAt: state.now(),
    tags: checkTags(input.Tags),
    inlinePolicies: {},
    attachedPolicies: [],
    permissionsBoundary: boundary(state, input.PermissionsBoundary),
    trustPolicy,
    description: input.Description,
    maxSessionSeconds: sessionSeconds(input.MaxSessionDuration ?? HOUR_SECONDS),
  }
}

function sessionSeconds(seconds: number): number {
  if (seconds >= HOUR_SECONDS && seconds <= MAX_SESSION_SECONDS) return seconds
  const bound =
    seconds < HOUR_SECONDS
      ? `greater than or equal to ${HOUR_SECONDS}`
      : `less than or equal to ${MAX_SESSION_SECONDS}`
  throw validation(
    `1 validation error detected: Value '${seconds}' at 'maxSessionDuration' failed to satisfy ` +
      `constraint: Member must have value ${bound}`,
  )
}

/** A managed policy that exists, or none. */
export function boundary(state: IamState, arn: string | undefined): string | undefined {
  if (arn === undefined || state.findPolicy(arn) !== undefined) return arn
  throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`)
}

/** Only what carries no policies may be deleted. */
export function checkEmpty(holder: Pick<RoleRecord, 'attachedPolicies' | 'inlinePolicies'>): void {
  if (holder.attachedPolicies.length > 0) {
    throw deleteConflict('Cannot delete entity, must detach all policies first.')
  }
  if (Object.keys(holder.inlinePolicies).length > 0) {
    throw deleteConflict('Cannot delete entity, must delete policies first.')
  }
}
