import type { AttachedPolicy } from '@aws-sdk/client-iam'
import type { Call, OperationTable } from '../../service.ts'
import {
  checkDocument,
  checkName,
  checkTags,
  encodeDocument,
  MAX_INLINE_POLICY,
  tagList,
} from '../checks.ts'
import { limitExceeded, noSuchEntity } from '../errors.ts'
import type { IamState } from '../iam-state.ts'
import { page, type PageRequest } from '../page.ts'
import type { HolderRecord } from '../records.ts'
import { modifiable } from '../service-linked-roles.ts'

const MAX_ATTACHED = 10

/** The requests here are the same for roles and users but for the member that names the holder. */
interface HolderInput extends PageRequest {
  readonly RoleName?: string
  readonly UserName?: string
  readonly PolicyName?: string
  readonly PolicyDocument?: string
  readonly PolicyArn?: string
  readonly PathPrefix?: string
  readonly TagKeys?: readonly string[]
  readonly Tags?: readonly { Key: string | undefined; Value: string | undefined }[]
}

/** One kind of holder: how to read, check and write it. */
interface Holders {
  readonly kind: 'Role' | 'User'
  read(input: HolderInput): HolderRecord
  /** As `read`, for a change. */
  forChange(input: HolderInput, call: Call): HolderRecord
  /** Writes a holder's members that are common to both kinds. */
  write(name: string, changes: Partial<HolderRecord>): void
}

/** Policies and tags of roles and users: `PutRolePolicy`, `AttachUserPolicy`, … */
export function holderPolicyOperations(state: IamState): OperationTable {
  const roles: Holders = {
    kind: 'Role',
    read: ({ RoleName }) => state.roles.get(RoleName),
    forChange: ({ RoleName }, call) => modifiable(state.roles.get(RoleName), call),
    write: (name, changes) => state.roles.put({ ...state.roles.get(name), ...changes }),
  }
  const users: Holders = {
    kind: 'User',
    read: ({ UserName }) => state.users.get(UserName),
    forChange: ({ UserName }) => state.users.get(UserName),
    write: (name, changes) => state.users.put({ ...state.users.get(name), ...changes }),
  }
  return {
    ...inlineOperations(roles),
    ...inlineOperations(users),
    ...attachmentOperations(state, roles),
    ...attachmentOperations(state, users),
    ...tagOperations(roles),
    ...tagOperations(users),
  }
}

function inlineOperations(holders: Holders): OperationTable {
  const { kind } = holders
  const lower = kind === 'Role' ? 'role' : 'user'
  const found = (holder: HolderRecord, name: string | undefined): string => {
    const document = holder.inlinePolicies[name ?? '']
    if (document !== undefined) return document
    throw noSuchEntity(`The ${lower} policy with name ${name} cannot be found.`)
  }
  return {
    [`Put${kind}Policy`]: (input: HolderInput, call: Call) => {
      const holder = holders.forChange(input, call)
      const name = checkName('policyName', input.PolicyName, 128)
      const document = checkDocument(input.PolicyDocument, 'identity', MAX_INLINE_POLICY[lower])
      const inlinePolicies = { ...holder.inlinePolicies, [name]: document }
      const size = Object.values(inlinePolicies).join('').replace(/\s/g, '').length
      if (size > MAX_INLINE_POLICY[lower]) {
        throw limitExceeded(
          `Maximum policy size of ${MAX_INLINE_POLICY[lower]} bytes exceeded for ${lower} ` +
            holder.name,
        )
      }
      holders.write(holder.name, { inlinePolicies })
      return {}
    },

    [`Get${kind}Policy`]: (input: HolderInput) => {
      const holder = holders.read(input)
      return {
        [`${kind}Name`]: holder.name,
        PolicyName: input.PolicyName,
        PolicyDocument: encodeDocument(found(holder, input.PolicyName)),
      }
    },

    [`Delete${kind}Policy`]: (input: HolderInput, call: Call) => {
      const holder = holders.forChange(input, call)
      found(holder, input.PolicyName)
      const { [input.PolicyName ?? '']: _, ...inlinePolicies } = holder.inlinePolicies
      holders.write(holder.name, { inlinePolicies })
      return {}
    },

    [`List${kind}Policies`]: (input: HolderInput) => {
      const names = Object.keys(holders.read(input).inlinePolicies).sort()
      const { items, rest } = page(names, input)
      return { PolicyNames: items, ...rest }
    },
  }
}

function attachmentOperations(state: IamState, holders: Holders): OperationTable {
  const { kind } = holders
  return {
    [`Attach${kind}Policy`]: (input: HolderInput, call: Call) => {
      const holder = holders.forChange(input, call)
      const arn = input.PolicyArn ?? ''
      if (state.findPolicy(arn) === undefined) {
        throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
      }
      if (holder.attachedPolicies.includes(arn)) return {}
      if (holder.attachedPolicies.length >= MAX_ATTACHED) {
        throw limitExceeded(`Cannot exceed quota for PoliciesPer${kind}: ${MAX_ATTACHED}`)
      }
      holders.write(holder.name, { attachedPolicies: [...holder.attachedPolicies, arn] })
      return {}
    },

    [`Detach${kind}Policy`]: (input: HolderInput, call: Call) => {
      const holder = holders.forChange(input, call)
      const arn = input.PolicyArn ?? ''
      if (!holder.attachedPolicies.includes(arn)) {
        throw noSuchEntity(`Policy ${arn} was not found.`)
      }
      const attachedPolicies = holder.attachedPolicies.filter((other) => other !== arn)
      holders.write(holder.name, { attachedPolicies })
      return {}
    },

    [`ListAttached${kind}Policies`]: (input: HolderInput) => {
      const attached = holders
        .read(input)
        .attachedPolicies.flatMap((PolicyArn): AttachedPolicy[] => {
          const policy = state.findPolicy(PolicyArn)
          if (policy?.path.startsWith(input.PathPrefix ?? '/') !== true) return []
          return [{ PolicyArn, PolicyName: policy.name }]
        })
      const { items, rest } = page(attached, input)
      return { AttachedPolicies: items, ...rest }
    },
  }
}

function tagOperations(holders: Holders): OperationTable {
  const { kind } = holders
  return {
    [`Tag${kind}`]: (input: HolderInput, call: Call) => {
      const holder = holders.forChange(input, call)
      const added = input.Tags?.map(({ Key, Value }) => ({ Key, Value }))
      holders.write(holder.name, { tags: checkTags(added, holder.tags) })
      return {}
    },

    [`Untag${kind}`]: (input: HolderInput, call: Call) => {
      const holder = holders.forChange(input, call)
      const removed = new Set(input.TagKeys)
      const tags = Object.fromEntries(
        Object.entries(holder.tags).filter(([key]) => !removed.has(key)),
      )
      holders.write(holder.name, { tags })
      return {}
    },

    [`List${kind}Tags`]: (input: HolderInput) => {
      const { items, rest } = page(tagList(holders.read(input).tags), input)
      return { Tags: items, ...rest }
    },
  }
}
