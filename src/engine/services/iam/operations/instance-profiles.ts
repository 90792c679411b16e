import type {
  AddRoleToInstanceProfileCommandInput,
  CreateInstanceProfileCommandInput,
  CreateInstanceProfileCommandOutput,
  DeleteInstanceProfileCommandInput,
  GetInstanceProfileCommandInput,
  GetInstanceProfileCommandOutput,
  InstanceProfile,
  ListInstanceProfilesCommandInput,
  ListInstanceProfilesCommandOutput,
  ListInstanceProfilesForRoleCommandInput,
  RemoveRoleFromInstanceProfileCommandInput,
} from '@aws-sdk/client-iam'
import type { OperationTable, Output } from '../../service.ts'
import { checkName, checkPath, checkTags, tagList } from '../checks.ts'
import { describeRole } from '../describe-role.ts'
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from '../errors.ts'
import type { IamState } from '../iam-state.ts'
import { page } from '../page.ts'
import type { InstanceProfileRecord } from '../records.ts'

export function instanceProfileOperations(state: IamState): OperationTable {
  const profiles = state.instanceProfiles
  return {
    CreateInstanceProfile: (
      input: CreateInstanceProfileCommandInput,
    ): Output<CreateInstanceProfileCommandOutput> => {
      const name = checkName('instanceProfileName', input.InstanceProfileName, 128)
      const path = checkPath(input.Path)
      if (profiles.find(name) !== undefined) {
        throw alreadyExists(`Instance Profile ${name} already exists.`)
      }
      const profile: InstanceProfileRecord = {
        name,
        path,
        id: state.newId('AIPA'),
        arn: state.arn('instance-profile', path, name),
        createdAt: state.now(),
        tags: checkTags(input.Tags),
        roleName: undefined,
      }
      return { InstanceProfile: describe(state, profiles.put(profile)) }
    },

    GetInstanceProfile: (
      input: GetInstanceProfileCommandInput,
    ): Output<GetInstanceProfileCommandOutput> => ({
      InstanceProfile: describe(state, profiles.get(input.InstanceProfileName)),
    }),

    ListInstanceProfiles: (
      input: ListInstanceProfilesCommandInput,
    ): Output<ListInstanceProfilesCommandOutput> => {
      const found = profiles.list().filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
      const { items, rest } = page(found, input)
      return { InstanceProfiles: items.map((item) => describe(state, item)), ...rest }
    },

    ListInstanceProfilesForRole: (input: ListInstanceProfilesForRoleCommandInput) => {
      const role = state.roles.get(input.RoleName)
      const found = profiles.list().filter(({ roleName }) => roleName === role.name)
      const { items, rest } = page(found, input)
      return { InstanceProfiles: items.map((item) => describe(state, item)), ...rest }
    },

    DeleteInstanceProfile: (input: DeleteInstanceProfileCommandInput) => {
      const profile = profiles.get(input.InstanceProfileName)
      if (profile.roleName !== undefined) {
        throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.')
      }
      profiles.delete(profile)
      return {}
    },

    ...membershipOperations(state),
  }
}

function membershipOperations(state: IamState): OperationTable {
  const profiles = state.instanceProfiles
  return {
    AddRoleToInstanceProfile: (input: AddRoleToInstanceProfileCommandInput) => {
      const profile = profiles.get(input.InstanceProfileName)
      const role = state.roles.get(input.RoleName)
      if (profile.roleName !== undefined) {
        throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1')
      }
      profiles.put({ ...profile, roleName: role.name })
      return {}
    },

    RemoveRoleFromInstanceProfile: (input: RemoveRoleFromInstanceProfileCommandInput) => {
      const profile = profiles.get(input.InstanceProfileName)
      if (profile.roleName !== state.roles.get(input.RoleName).name) {
        throw noSuchEntity(
          `Role with name ${input.RoleName} is not in instance profile ${profile.name}.`,
        )
      }
      profiles.put({ ...profile, roleName: undefined })
      return {}
    },
  }
}

function describe(state: IamState, profile: InstanceProfileRecord): InstanceProfile {
  const role = profile.roleName === undefined ? undefined : state.roles.find(profile.roleName)
  return {
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Path: profile.path,
    Arn: profile.arn,
    CreateDate: new Date(profile.createdAt),
    Roles: role === undefined ? [] : [describeRole(role)],
    Tags: tagList(profile.tags),
  }
}
