import type {
  CreateDBParameterGroupCommandInput,
  CreateDBParameterGroupCommandOutput,
  DBParameterGroup,
  DeleteDBParameterGroupCommandInput,
  DescribeDBParameterGroupsCommandInput,
  DescribeDBParameterGroupsCommandOutput,
} from '@aws-sdk/client-rds'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { checkIdentifier } from '../checks.ts'
import { familyOf, installedVersion } from '../engine-versions.ts'
import { invalidValue } from '../errors.ts'
import type { InstanceController } from '../instance-controller.ts'
import { page } from '../page.ts'
import { findParameterGroup } from '../parameter-groups.ts'
import { tagsOf, type RdsState } from '../rds-state.ts'
import type { ParameterGroupRecord } from '../records.ts'
import { parameterOperations } from './parameters.ts'

export function parameterGroupOperations(
  state: RdsState,
  controller: InstanceController,
): OperationTable {
  const familyHere = async (): Promise<string> =>
    familyOf(await installedVersion(controller.databases))
  return {
    CreateDBParameterGroup: async (
      input: CreateDBParameterGroupCommandInput,
      call: Call,
    ): Promise<Output<CreateDBParameterGroupCommandOutput>> => {
      const name = checkIdentifier('DBParameterGroupName', input.DBParameterGroupName, 255)
      const family = input.DBParameterGroupFamily ?? ''
      if (family !== (await familyHere())) {
        throw invalidValue(`ParameterGroupFamily ${family} is not a valid parameter group family`)
      }
      const key = `${call.region}/${name}`
      if (state.parameterGroups.has(key)) {
        throw new AwsError(
          'DBParameterGroupAlreadyExists',
          `Parameter group ${name} already exists`,
        )
      }
      const record: ParameterGroupRecord = {
        name,
        region: call.region,
        family,
        description: input.Description ?? '',
        values: {},
        tags: tagsOf(input.Tags),
      }
      state.parameterGroups.put(key, record)
      return { DBParameterGroup: describe(state, record) }
    },

    DescribeDBParameterGroups: async (
      input: DescribeDBParameterGroupsCommandInput,
      call: Call,
    ): Promise<Output<DescribeDBParameterGroupsCommandOutput>> => {
      const family = await familyHere()
      const own = [...state.parameterGroups.values()].filter(({ region }) => region === call.region)
      const standard = findParameterGroup(state, call.region, { name: `default.${family}`, family })
      const found =
        input.DBParameterGroupName === undefined
          ? [standard, ...own]
          : [findParameterGroup(state, call.region, { name: input.DBParameterGroupName, family })]
      const { items, Marker } = page(found, input)
      return { DBParameterGroups: items.map((group) => describe(state, group)), Marker }
    },

    DeleteDBParameterGroup: async (input: DeleteDBParameterGroupCommandInput, call: Call) => {
      const wanted = { name: input.DBParameterGroupName, family: await familyHere() }
      const { name } = findParameterGroup(state, call.region, wanted)
      checkDeletion(state, call.region, name)
      state.parameterGroups.delete(`${call.region}/${name}`)
      return {}
    },

    ...parameterOperations(state, controller),
  }
}

function checkDeletion(state: RdsState, region: string, name: string): void {
  const used = [...state.instances.values()].some(
    (instance) => instance.region === region && instance.parameterGroup === name,
  )
  if (!used && !name.startsWith('default.')) return
  throw new AwsError(
    'InvalidDBParameterGroupState',
    used
      ? 'One or more database instances are still members of this parameter group ' +
          `${name}, so the group cannot be deleted`
      : `Default DBParameterGroup cannot be deleted: ${name}`,
  )
}

function describe(state: RdsState, group: ParameterGroupRecord): DBParameterGroup {
  return {
    DBParameterGroupName: group.name,
    DBParameterGroupArn: state.arn(group.region, 'pg', group.name),
    DBParameterGroupFamily: group.family,
    Description: group.description,
  }
}
