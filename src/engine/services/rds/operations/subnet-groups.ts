import type {
  CreateDBSubnetGroupCommandInput,
  CreateDBSubnetGroupCommandOutput,
  DeleteDBSubnetGroupCommandInput,
  DescribeDBSubnetGroupsCommandInput,
  DescribeDBSubnetGroupsCommandOutput,
  ModifyDBSubnetGroupCommandInput,
} from '@aws-sdk/client-rds'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { describeSubnetGroup } from '../describe-instance.ts'
import { invalidValue } from '../errors.ts'
import { page } from '../page.ts'
import { tagsOf, type RdsState } from '../rds-state.ts'
import { subnetsOf } from '../subnet-groups.ts'

export function subnetGroupOperations(state: RdsState): OperationTable {
  return {
    CreateDBSubnetGroup: async (
      input: CreateDBSubnetGroupCommandInput,
      call: Call,
    ): Promise<Output<CreateDBSubnetGroupCommandOutput>> => {
      const name = checkName(input.DBSubnetGroupName)
      const key = `${call.region}/${name}`
      const place = await subnetsOf(state, call.region, input.SubnetIds ?? [])
      if (state.subnetGroups.has(key)) {
        throw new AwsError(
          'DBSubnetGroupAlreadyExists',
          `The DB subnet group '${name}' already exists.`,
        )
      }
      const record = {
        name,
        region: call.region,
        description: input.DBSubnetGroupDescription ?? '',
        ...place,
        tags: tagsOf(input.Tags),
      }
      state.subnetGroups.put(key, record)
      return { DBSubnetGroup: describeSubnetGroup(state, record) }
    },

    DescribeDBSubnetGroups: (
      input: DescribeDBSubnetGroupsCommandInput,
      call: Call,
    ): Output<DescribeDBSubnetGroupsCommandOutput> => {
      const found =
        input.DBSubnetGroupName === undefined
          ? [...state.subnetGroups.values()].filter(({ region }) => region === call.region)
          : [state.subnetGroup(call.region, input.DBSubnetGroupName)]
      const { items, Marker } = page(found, input)
      return { DBSubnetGroups: items.map((group) => describeSubnetGroup(state, group)), Marker }
    },

    ModifyDBSubnetGroup: async (input: ModifyDBSubnetGroupCommandInput, call: Call) => {
      const before = state.subnetGroup(call.region, input.DBSubnetGroupName)
      const place = await subnetsOf(state, call.region, input.SubnetIds ?? [])
      if (place.vpcId !== before.vpcId) {
        throw invalidValue('The specified subnets are not in the VPC of the DB subnet group.')
      }
      const description = input.DBSubnetGroupDescription ?? before.description
      const record = { ...before, ...place, description }
      state.subnetGroups.put(`${call.region}/${before.name}`, record)
      return { DBSubnetGroup: describeSubnetGroup(state, record) }
    },

    DeleteDBSubnetGroup: (input: DeleteDBSubnetGroupCommandInput, call: Call) => {
      const { name } = state.subnetGroup(call.region, input.DBSubnetGroupName)
      const user = [...state.instances.values()].find(
        ({ region, subnetGroup }) => region === call.region && subnetGroup === name,
      )
      if (user !== undefined) {
        throw new AwsError(
          'InvalidDBSubnetGroupStateFault',
          `Cannot delete the subnet group '${name}' because at least one database instance: ` +
            `${user.id} is still using it.`,
        )
      }
      state.subnetGroups.delete(`${call.region}/${name}`)
      return {}
    },
  }
}

function checkName(wanted = ''): string {
  const name = wanted.toLowerCase()
  if (name !== 'default' && /^[a-z0-9 ._-]{1,255}$/.test(name)) return name
  throw invalidValue(
    'The parameter DBSubnetGroupName must be provided and must contain only letters, numbers, ' +
      'periods, underscores, spaces and hyphens, and must not be "Default".',
  )
}
