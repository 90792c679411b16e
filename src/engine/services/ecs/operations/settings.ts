import type {
  ListAccountSettingsCommandInput,
  ListTagsForResourceCommandInput,
  PutAccountSettingCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-ecs'
import { parseArn } from '../../../../aws/arn.ts'
import type { Call, OperationTable } from '../../service.ts'
import { type EcsState, tagList, tagRecord } from '../ecs-state.ts'
import { invalidParameter } from '../errors.ts'

/** Tags of every kind of resource, and account settings (kept and told; none changes behaviour). */
export function settingOperations(state: EcsState): OperationTable {
  const tagged = (call: Call, arn: string | undefined) => {
    const resource = parseArn(arn ?? '')?.resource ?? ''
    const [kind, ...path] = resource.split('/')
    const key = `${call.region}/${path.join('/')}`
    const collection =
      kind === 'cluster'
        ? state.clusters
        : kind === 'service'
          ? state.services
          : kind === 'task'
            ? state.tasks
            : kind === 'task-definition'
              ? state.taskDefinitions
              : undefined
    const record = collection?.get(key)
    if (collection === undefined || record === undefined) {
      throw invalidParameter(
        'The specified resource was not found. Specify a valid ARN and try again.',
      )
    }
    return {
      tags: record.tags,
      put: (tags: Record<string, string>) => collection.put(key, { ...record, tags } as never),
    }
  }
  return {
    TagResource: (input: TagResourceCommandInput, call: Call) => {
      const { tags, put } = tagged(call, input.resourceArn)
      put({ ...tags, ...tagRecord(input.tags) })
      return {}
    },
    UntagResource: (input: UntagResourceCommandInput, call: Call) => {
      const { tags, put } = tagged(call, input.resourceArn)
      put(Object.fromEntries(Object.entries(tags).filter(([key]) => !input.tagKeys?.includes(key))))
      return {}
    },
    ListTagsForResource: (input: ListTagsForResourceCommandInput, call: Call) => ({
      tags: tagList(tagged(call, input.resourceArn).tags),
    }),
    PutAccountSetting: (input: PutAccountSettingCommandInput, call: Call) => {
      const setting = { name: input.name ?? '', value: input.value ?? '' }
      state.settings.put(`${call.region}/${setting.name}`, setting)
      return { setting: { ...setting, principalArn: call.principalArn } }
    },
    ListAccountSettings: (input: ListAccountSettingsCommandInput, call: Call) => ({
      settings: [...state.settings.entries()]
        .filter(([key]) => key.startsWith(`${call.region}/`))
        .map(([, setting]) => ({ ...setting, principalArn: call.principalArn }))
        .filter(({ name }) => (input.name ?? name) === name),
    }),
  }
}
