import type {
  CreateSecurityGroupCommandInput,
  CreateSecurityGroupCommandOutput,
  DeleteSecurityGroupCommandInput,
  DeleteSecurityGroupCommandOutput,
  DescribeSecurityGroupReferencesCommandInput,
  DescribeSecurityGroupsCommandInput,
  DescribeSecurityGroupsCommandOutput,
  SecurityGroup,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { allTraffic } from '../default-vpc.ts'
import type { Ec2State } from '../ec2-state.ts'
import { dependencyViolation, invalidParameter, missingParameter } from '../errors.ts'
import type { SecurityGroupRecord } from '../records.ts'
import { permissionsOf } from '../security-group-rules.ts'

const TEXT = /^[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/

export function securityGroupOperations(state: Ec2State): OperationTable {
  const table = state.securityGroups
  return {
    CreateSecurityGroup: (
      input: CreateSecurityGroupCommandInput,
      call: Call,
    ): Output<CreateSecurityGroupCommandOutput> => {
      const record = newGroup(state, call.region, input)
      const group = state.create(table, record, input.TagSpecifications)
      return {
        GroupId: group.id,
        SecurityGroupArn: arn(state, group),
        Tags: state.tagList(call.region, group.id),
      }
    },

    DescribeSecurityGroups: (
      input: DescribeSecurityGroupsCommandInput,
      call: Call,
    ): Output<DescribeSecurityGroupsCommandOutput> => {
      const ids = [
        ...(input.GroupIds ?? []),
        ...(input.GroupNames ?? []).map((name) => groupByName(state, call.region, name).id),
      ]
      const { items, nextToken } = state.describe(table, call.region, {
        ids,
        filters: input.Filters,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      })
      return { SecurityGroups: items.map((group) => describe(state, group)), NextToken: nextToken }
    },

    DescribeSecurityGroupReferences: (
      input: DescribeSecurityGroupReferencesCommandInput,
      call: Call,
    ) => {
      for (const id of input.GroupId ?? []) table.get(call.region, id)
      // Only peered VPCs count here, and the engine has no peering.
      return { SecurityGroupReferenceSet: [] }
    },

    DeleteSecurityGroup: (
      input: DeleteSecurityGroupCommandInput,
      call: Call,
    ): Output<DeleteSecurityGroupCommandOutput> => {
      const group = groupOf(state, call.region, input)
      if (group.name === 'default') {
        throw new AwsError(
          'CannotDelete',
          `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
        )
      }
      const referrers = table.by(call.region, 'peer-group-id', group.id)
      if (
        state.networkInterfaces.countBy(call.region, 'group-id', group.id) > 0 ||
        referrers.some(({ id }) => id !== group.id)
      ) {
        throw dependencyViolation(`resource ${group.id} has a dependent object`)
      }
      for (const rule of group.rules) state.setTags(call.region, rule.id, {})
      state.delete(table, group)
      return { Return: true, GroupId: group.id }
    },
  }
}

function newGroup(
  state: Ec2State,
  region: string,
  input: CreateSecurityGroupCommandInput,
): SecurityGroupRecord {
  const name = input.GroupName ?? ''
  const description = input.Description ?? ''
  if (name === '') throw missingParameter('GroupName')
  if (description === '') throw missingParameter('GroupDescription')
  if (!TEXT.test(description)) {
    throw invalidParameter(
      `Value (${description}) for parameter GroupDescription is invalid. Character sets beyond ` +
        'ASCII are not supported.',
    )
  }
  if (!TEXT.test(name) || name.startsWith('sg-')) {
    const why = name.startsWith('sg-') ? ' Group names may not be in the format sg-*.' : ''
    throw invalidParameter(`Value (${name}) for parameter GroupName is invalid.${why}`)
  }
  const vpc =
    input.VpcId === undefined
      ? state.vpcs.list(region).find(({ isDefault }) => isDefault)
      : state.vpcs.get(region, input.VpcId)
  if (vpc === undefined) {
    throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user')
  }
  if (state.securityGroups.by(region, 'vpc-id', vpc.id).some((group) => group.name === name)) {
    throw new AwsError(
      'InvalidGroup.Duplicate',
      `The security group '${name}' already exists for VPC '${vpc.id}'`,
    )
  }
  return {
    id: state.newId('sg'),
    region,
    vpcId: vpc.id,
    name,
    description,
    rules: [allTraffic(state.newId('sgr'), { isEgress: true, peer: { cidrIpv4: '0.0.0.0/0' } })],
  }
}

/** The group of a request: by id, or by name in the default VPC. */
export function groupOf(
  state: Ec2State,
  region: string,
  { GroupId, GroupName }: { GroupId?: string | undefined; GroupName?: string | undefined },
): SecurityGroupRecord {
  if (GroupId !== undefined) return state.securityGroups.get(region, GroupId)
  if (GroupName === undefined) throw missingParameter('GroupId')
  return groupByName(state, region, GroupName)
}

function groupByName(state: Ec2State, region: string, wanted: string): SecurityGroupRecord {
  const vpc = state.vpcs.list(region).find(({ isDefault }) => isDefault)
  const group = state.securityGroups
    .by(region, 'vpc-id', vpc?.id ?? '')
    .find(({ name }) => name === wanted)
  if (group !== undefined) return group
  throw new AwsError(
    'InvalidGroup.NotFound',
    vpc === undefined
      ? `The security group '${wanted}' does not exist`
      : `The security group '${wanted}' does not exist in default VPC '${vpc.id}'`,
  )
}

function arn(state: Ec2State, group: SecurityGroupRecord): string {
  return state.arn(group.region, `security-group/${group.id}`)
}

function describe(state: Ec2State, group: SecurityGroupRecord): SecurityGroup {
  const { ownerId } = state
  return {
    GroupId: group.id,
    SecurityGroupArn: arn(state, group),
    GroupName: group.name,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: ownerId,
    IpPermissions: permissionsOf(group.rules, { isEgress: false, ownerId }),
    IpPermissionsEgress: permissionsOf(group.rules, { isEgress: true, ownerId }),
    Tags: state.tagList(group.region, group.id),
  }
}
