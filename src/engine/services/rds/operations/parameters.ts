import type {
  DescribeDBParametersCommandInput,
  DescribeDBParametersCommandOutput,
  ModifyDBParameterGroupCommandInput,
  Parameter,
  ResetDBParameterGroupCommandInput,
} from '@aws-sdk/client-rds'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { familyOf, installedVersion } from '../engine-versions.ts'
import { invalidCombination, invalidValue } from '../errors.ts'
import type { InstanceController } from '../instance-controller.ts'
import { page } from '../page.ts'
import { valueProblem, type ParameterInfo } from '../parameter-catalogue.ts'
import { findParameterGroup } from '../parameter-groups.ts'
import type { RdsState } from '../rds-state.ts'
import type { ParameterGroupRecord } from '../records.ts'

const MAX_CHANGES = 20

export function parameterOperations(
  state: RdsState,
  controller: InstanceController,
): OperationTable {
  const groupOf = async (call: Call, name: string | undefined): Promise<ParameterGroupRecord> =>
    findParameterGroup(state, call.region, {
      name,
      family: familyOf(await installedVersion(controller.databases)),
    })
  return {
    ModifyDBParameterGroup: async (input: ModifyDBParameterGroupCommandInput, call: Call) => {
      const group = changeable(await groupOf(call, input.DBParameterGroupName))
      const catalogue = await controller.databases.catalogue()
      const changes = input.Parameters ?? []
      if (changes.length > MAX_CHANGES) {
        throw invalidValue(`At most ${MAX_CHANGES} parameters can be modified in one request.`)
      }
      const values = { ...group.values }
      for (const change of changes) {
        const { name } = checkChange(catalogue, change)
        values[name] = change.ParameterValue ?? ''
      }
      store(state, controller, { group: { ...group, values }, changes, catalogue })
      return { DBParameterGroupName: group.name }
    },

    ResetDBParameterGroup: async (input: ResetDBParameterGroupCommandInput, call: Call) => {
      const group = changeable(await groupOf(call, input.DBParameterGroupName))
      const catalogue = await controller.databases.catalogue()
      const changes =
        input.Parameters ??
        Object.keys(group.values).map((ParameterName): Parameter => ({ ParameterName }))
      const reset = new Set(changes.map(({ ParameterName }) => ParameterName))
      const values = Object.fromEntries(
        Object.entries(group.values).filter(([name]) => !reset.has(name)),
      )
      store(state, controller, { group: { ...group, values }, changes, catalogue })
      return { DBParameterGroupName: group.name }
    },

    DescribeDBParameters: async (
      input: DescribeDBParametersCommandInput,
      call: Call,
    ): Promise<Output<DescribeDBParametersCommandOutput>> => {
      const group = await groupOf(call, input.DBParameterGroupName)
      const catalogue = await controller.databases.catalogue()
      const all = [...catalogue.values()]
        .map((info) => describe(info, group.values[info.name]))
        .filter(({ Source }) => input.Source === undefined || Source === input.Source)
        .sort((a, b) => ((a.ParameterName ?? '') < (b.ParameterName ?? '') ? -1 : 1))
      const { items, Marker } = page(all, input)
      return { Parameters: items, Marker }
    },
  }
}

function changeable(group: ParameterGroupRecord): ParameterGroupRecord {
  if (!group.name.startsWith('default.')) return group
  throw new AwsError(
    'InvalidDBParameterGroupState',
    `Default DBParameterGroup cannot be modified: ${group.name}`,
  )
}

function checkChange(
  catalogue: ReadonlyMap<string, ParameterInfo>,
  { ParameterName: name = '', ParameterValue: value = '', ApplyMethod }: Parameter,
): ParameterInfo {
  const info = catalogue.get(name)
  if (info === undefined) throw invalidValue(`Could not find parameter with name: ${name}`)
  if (!info.isModifiable) {
    throw invalidValue(`The parameter ${name} cannot be modified.`)
  }
  if (info.isStatic && ApplyMethod === 'immediate') {
    throw invalidCombination('cannot use immediate apply method for static parameter')
  }
  const problem = valueProblem(info, value)
  if (problem !== undefined) throw invalidValue(problem)
  return info
}

/** Keeps a group's values and takes them to the instances: at once, or marked for a reboot. */
function store(
  state: RdsState,
  controller: InstanceController,
  changed: {
    group: ParameterGroupRecord
    changes: readonly Parameter[]
    catalogue: ReadonlyMap<string, ParameterInfo>
  },
): void {
  const { group, changes, catalogue } = changed
  state.parameterGroups.put(`${group.region}/${group.name}`, group)
  const later = changes.some(
    ({ ParameterName = '', ApplyMethod }) =>
      ApplyMethod === 'pending-reboot' || catalogue.get(ParameterName)?.isStatic === true,
  )
  for (const record of state.instances.values()) {
    if (record.region !== group.region || record.parameterGroup !== group.name) continue
    const updated = state.update(record, { pendingReboot: record.pendingReboot || later })
    if (!later && updated !== undefined) controller.reconfigure(updated)
  }
}

function describe(info: ParameterInfo, value: string | undefined): Parameter {
  const range = info.min === undefined ? undefined : `${info.min}-${info.max}`
  return {
    ParameterName: info.name,
    ParameterValue: value ?? info.defaultValue,
    Description: info.description,
    Source: value === undefined ? 'engine-default' : 'user',
    ApplyType: info.isStatic ? 'static' : 'dynamic',
    DataType: info.dataType,
    AllowedValues: info.allowed?.join(',') ?? range,
    IsModifiable: info.isModifiable,
    ApplyMethod: info.isStatic ? 'pending-reboot' : 'immediate',
  }
}
