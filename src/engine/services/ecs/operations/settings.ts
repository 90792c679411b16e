import type {
  DeleteAccountSettingCommandInput,
  ListAccountSettingsCommandInput,
  PutAccountSettingCommandInput,
  PutAccountSettingDefaultCommandInput,
  Setting,
  SettingName,
} from '@aws-sdk/client-ecs'
import type { Call, EngineContext, OperationTable } from '../../service.ts'
import { invalidParameter } from '../errors.ts'
import { page } from '../page.ts'

/** AWS: 'Access Amazon ECS features with account settings': the settings and their defaults. */
const DEFAULTS: Readonly<Record<SettingName, string>> = {
  awsvpcTrunking: 'disabled',
  containerInsights: 'disabled',
  containerInstanceLongArnFormat: 'enabled',
  defaultLogDriverMode: 'non-blocking',
  fargateEventWindows: 'disabled',
  fargateFIPSMode: 'disabled',
  fargateTaskRetirementWaitPeriod: '7',
  guardDutyActivate: 'off',
  serviceLongArnFormat: 'enabled',
  tagResourceAuthorization: 'off',
  taskLongArnFormat: 'enabled',
}

interface SettingRecord {
  readonly name: SettingName
  readonly value: string
}

/** Account settings: kept and told; of them only `containerInsights` changes what a cluster does. */
export function settingOperations(context: EngineContext): OperationTable {
  const settings = context.store.collection<SettingRecord>('ecs/settings')
  const describe = ({ name, value }: SettingRecord, call: Call): Setting => ({
    name,
    value,
    principalArn: call.principalArn,
    type: 'user',
  })
  const put = (input: { name?: SettingName; value?: string }, call: Call) => {
    const { name, value } = input
    if (name === undefined || DEFAULTS[name] === undefined || value === undefined) {
      throw invalidParameter(`Invalid setting: ${name ?? ''}`)
    }
    settings.put(`${call.region}/${name}`, { name, value })
    return { setting: describe({ name, value }, call) }
  }
  return {
    PutAccountSetting: (input: PutAccountSettingCommandInput, call: Call) =>
      put(input as SettingRecord, call),
    PutAccountSettingDefault: (input: PutAccountSettingDefaultCommandInput, call: Call) =>
      put(input as SettingRecord, call),
    DeleteAccountSetting: (input: DeleteAccountSettingCommandInput, call: Call) => {
      const name = input.name as SettingName
      settings.delete(`${call.region}/${name}`)
      return { setting: describe({ name, value: DEFAULTS[name] }, call) }
    },
    ListAccountSettings: (input: ListAccountSettingsCommandInput, call: Call) => {
      const known = [...settings.entries()]
        .filter(([key]) => key.startsWith(`${call.region}/`))
        .map(([, setting]) => setting)
      const byName = new Map(known.map(({ name, value }) => [name as string, value]))
      if (input.effectiveSettings === true) {
        for (const [name, value] of Object.entries(DEFAULTS)) {
          if (!byName.has(name)) byName.set(name, value)
        }
      }
      const chosen = [...byName]
        .map(([name, value]) => describe({ name: name as SettingName, value }, call))
        .filter(({ name }) => (input.name ?? name) === name)
        .filter(({ value }) => (input.value ?? value) === value)
      const { items, nextToken } = page(chosen, input)
      return { settings: items, nextToken }
    },
  }
}

/** The account's setting for new clusters. */
export function insightsByDefault(context: EngineContext, region: string): string {
  const settings = context.store.collection<SettingRecord>('ecs/settings')
  return settings.get(`${region}/containerInsights`)?.value ?? DEFAULTS.containerInsights
}
