import type {
  AccessKeyMetadata,
  CreateAccessKeyCommandInput,
  CreateAccessKeyCommandOutput,
  CreateUserCommandInput,
  CreateUserCommandOutput,
  DeleteAccessKeyCommandInput,
  DeleteUserCommandInput,
  GetUserCommandInput,
  GetUserCommandOutput,
  ListAccessKeysCommandInput,
  ListAccessKeysCommandOutput,
  ListUsersCommandInput,
  ListUsersCommandOutput,
  UpdateAccessKeyCommandInput,
  User,
} from '@aws-sdk/client-iam'
import { randomBytes } from 'node:crypto'
import type { Call, OperationTable, Output } from '../../service.ts'
import { checkName, checkPath, checkTags, tagList } from '../checks.ts'
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from '../errors.ts'
import type { IamState } from '../iam-state.ts'
import { page } from '../page.ts'
import type { AccessKeyRecord, UserRecord } from '../records.ts'
import { boundary, checkEmpty } from './roles.ts'

const MAX_KEYS = 2

export function userOperations(state: IamState): OperationTable {
  const { users } = state
  return {
    CreateUser: (input: CreateUserCommandInput): Output<CreateUserCommandOutput> => {
      const name = checkName('userName', input.UserName)
      const path = checkPath(input.Path)
      if (users.find(name) !== undefined) {
        throw alreadyExists(`User with name ${name} already exists.`)
      }
      const user: UserRecord = {
        name,
        path,
        id: state.newId('AIDA'),
        arn: state.arn('user', path, name),
        createdAt: state.now(),
        tags: checkTags(input.Tags),
        inlinePolicies: {},
        attachedPolicies: [],
        permissionsBoundary: boundary(state, input.PermissionsBoundary),
        accessKeys: [],
      }
      return { User: describe(users.put(user)) }
    },

    GetUser: (input: GetUserCommandInput, call: Call): Output<GetUserCommandOutput> => ({
      User: describe(users.get(input.UserName ?? callerName(call))),
    }),

    ListUsers: (input: ListUsersCommandInput): Output<ListUsersCommandOutput> => {
      const found = users.list().filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
      const { items, rest } = page(found, input)
      return { Users: items.map(describe), ...rest }
    },

    DeleteUser: (input: DeleteUserCommandInput) => {
      const user = users.get(input.UserName)
      if (user.accessKeys.length > 0) {
        throw deleteConflict('Cannot delete entity, must delete access keys first.')
      }
      checkEmpty(user)
      users.delete(user)
      return {}
    },

    // There are no groups here; clients ask before they delete a user.
    ListGroupsForUser: () => ({ Groups: [], IsTruncated: false }),

    ListAccountAliases: () => ({ AccountAliases: [], IsTruncated: false }),

    ...accessKeyOperations(state),
  }
}

function callerName({ principalArn }: Call): string {
  return principalArn.slice(principalArn.lastIndexOf('/') + 1)
}

function accessKeyOperations(state: IamState): OperationTable {
  const { users } = state
  return {
    CreateAccessKey: (
      input: CreateAccessKeyCommandInput,
      call: Call,
    ): Output<CreateAccessKeyCommandOutput> => {
      const user = users.get(input.UserName ?? callerName(call))
      if (user.accessKeys.length >= MAX_KEYS) {
        throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${MAX_KEYS}`)
      }
      const key: AccessKeyRecord = {
        id: state.newId('AKIA'),
        status: 'Active',
        createdAt: state.now(),
      }
      users.put({ ...user, accessKeys: [...user.accessKeys, key] })
      return {
        AccessKey: {
          UserName: user.name,
          AccessKeyId: key.id,
          Status: key.status,
          CreateDate: new Date(key.createdAt),
          // The engine checks no signatures, so the secret is told once and forgotten.
          SecretAccessKey: randomBytes(30).toString('base64'),
        },
      }
    },

    ListAccessKeys: (
      input: ListAccessKeysCommandInput,
      call: Call,
    ): Output<ListAccessKeysCommandOutput> => {
      const user = users.get(input.UserName ?? callerName(call))
      const keys = user.accessKeys.map(({ id, status, createdAt }): AccessKeyMetadata => ({
        UserName: user.name,
        AccessKeyId: id,
        Status: status,
        CreateDate: new Date(createdAt),
      }))
      const { items, rest } = page(keys, input)
      return { AccessKeyMetadata: items, ...rest }
    },

    UpdateAccessKey: (input: UpdateAccessKeyCommandInput, call: Call) => {
      const user = users.get(input.UserName ?? callerName(call))
      const key = keyOf(user, input.AccessKeyId)
      const status = input.Status === 'Inactive' ? 'Inactive' : 'Active'
      const accessKeys = user.accessKeys.map((other): AccessKeyRecord =>
        other === key ? { ...key, status } : other,
      )
      users.put({ ...user, accessKeys })
      return {}
    },

    DeleteAccessKey: (input: DeleteAccessKeyCommandInput, call: Call) => {
      const user = users.get(input.UserName ?? callerName(call))
      const key = keyOf(user, input.AccessKeyId)
      users.put({ ...user, accessKeys: user.accessKeys.filter((other) => other !== key) })
      return {}
    },
  }
}

function keyOf(user: UserRecord, id: string | undefined): AccessKeyRecord {
  const key = user.accessKeys.find((candidate) => candidate.id === id)
  if (key === undefined) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`)
  return key
}

function describe(user: UserRecord): User {
  return {
    UserName: user.name,
    UserId: user.id,
    Path: user.path,
    Arn: user.arn,
    CreateDate: new Date(user.createdAt),
    Tags: tagList(user.tags),
    PermissionsBoundary:
      user.permissionsBoundary === undefined
        ? undefined
        : {
            PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
            PermissionsBoundaryArn: user.permissionsBoundary,
          },
  }
}
