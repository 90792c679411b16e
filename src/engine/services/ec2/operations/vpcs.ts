import type {
  AssociateVpcCidrBlockCommandInput,
  CreateVpcCommandInput,
  CreateVpcCommandOutput,
  DeleteVpcCommandInput,
  DescribeVpcAttributeCommandInput,
  DescribeVpcAttributeCommandOutput,
  DescribeVpcsCommandInput,
  DescribeVpcsCommandOutput,
  DisassociateVpcCidrBlockCommandInput,
  ModifyVpcAttributeCommandInput,
  Vpc,
  VpcCidrBlockAssociation,
} from '@aws-sdk/client-ec2'
import { contains, overlaps, formatCidr, parseCidr } from '../../../../aws/cidr.ts'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { createDefaultVpc, createVpcParts } from '../default-vpc.ts'
import type { Ec2State } from '../ec2-state.ts'
import { hasDependencies, invalidCidr, invalidParameter, unsupported } from '../errors.ts'
import type { CidrAssociation, VpcRecord } from '../records.ts'

export function vpcOperations(state: Ec2State): OperationTable {
  return {
    CreateVpc: (input: CreateVpcCommandInput, call: Call): Output<CreateVpcCommandOutput> => {
      if (input.AmazonProvidedIpv6CidrBlock === true || input.Ipv6CidrBlock !== undefined) {
        throw unsupported('IPv6 address ranges of a VPC are not supported here.')
      }
      const vpc = createVpcParts(state, call.region, {
        id: (prefix) => state.newId(prefix),
        cidrBlock: vpcBlock(input.CidrBlock),
        isDefault: false,
        instanceTenancy: input.InstanceTenancy === 'dedicated' ? 'dedicated' : 'default',
        tags: input.TagSpecifications,
      })
      return { Vpc: describe(state, vpc) }
    },

    CreateDefaultVpc: (_input: object, call: Call) => {
      if (state.vpcs.list(call.region).some(({ isDefault }) => isDefault)) {
        throw new AwsError(
          'DefaultVpcAlreadyExists',
          'A Default VPC already exists for this account.',
        )
      }
      return { Vpc: describe(state, createDefaultVpc(state, call.region)) }
    },

    DescribeVpcs: (
      input: DescribeVpcsCommandInput,
      call: Call,
    ): Output<DescribeVpcsCommandOutput> => {
      const { items, nextToken } = state.describe(state.vpcs, call.region, {
        ids: input.VpcIds,
        filters: input.Filters,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      })
      return { Vpcs: items.map((vpc) => describe(state, vpc)), NextToken: nextToken }
    },

    DescribeVpcAttribute: (
      input: DescribeVpcAttributeCommandInput,
      call: Call,
    ): Output<DescribeVpcAttributeCommandOutput> => {
      const vpc = state.vpcs.get(call.region, input.VpcId)
      return { VpcId: vpc.id, ...attribute(vpc, input.Attribute) }
    },

    ModifyVpcAttribute: (input: ModifyVpcAttributeCommandInput, call: Call) => {
      const vpc = state.vpcs.get(call.region, input.VpcId)
      state.vpcs.put({
        ...vpc,
        dnsSupport: input.EnableDnsSupport?.Value ?? vpc.dnsSupport,
        dnsHostnames: input.EnableDnsHostnames?.Value ?? vpc.dnsHostnames,
        addressUsageMetrics:
          input.EnableNetworkAddressUsageMetrics?.Value ?? vpc.addressUsageMetrics,
      })
      return {}
    },

    DeleteVpc: (input: DeleteVpcCommandInput, call: Call) => {
      deleteVpc(state, state.vpcs.get(call.region, input.VpcId))
      return {}
    },

    ...cidrBlockOperations(state),
  }
}

function cidrBlockOperations(state: Ec2State): OperationTable {
  return {
    AssociateVpcCidrBlock: (input: AssociateVpcCidrBlockCommandInput, call: Call) => {
      const vpc = state.vpcs.get(call.region, input.VpcId)
      const cidrBlock = vpcBlock(input.CidrBlock)
      if (vpc.cidrBlocks.some((block) => overlap(block.cidrBlock, cidrBlock))) {
        throw new AwsError(
          'InvalidVpc.Range',
          `The CIDR '${cidrBlock}' conflicts with another CIDR block of the VPC.`,
        )
      }
      const added = { associationId: state.newId('vpc-cidr-assoc'), cidrBlock }
      state.vpcs.put({ ...vpc, cidrBlocks: [...vpc.cidrBlocks, added] })
      return { VpcId: vpc.id, CidrBlockAssociation: describeBlock(added) }
    },

    DisassociateVpcCidrBlock: (input: DisassociateVpcCidrBlockCommandInput, call: Call) => {
      const id = input.AssociationId ?? ''
      const vpc = state.vpcs
        .list(call.region)
        .find(({ cidrBlocks }) => cidrBlocks.some(({ associationId }) => associationId === id))
      const block = vpc?.cidrBlocks.find(({ associationId }) => associationId === id)
      if (vpc === undefined || block === undefined) {
        throw new AwsError(
          'InvalidVpcCidrBlockAssociationID.NotFound',
          `The vpc CIDR block with association ID ${id} does not exist`,
        )
      }
      if (vpc.cidrBlocks[0] === block) {
        throw new AwsError(
          'OperationNotPermitted',
          `The vpc CIDR block with association ID ${id} may not be disassociated. ` +
            'It is the primary IPv4 CIDR block of the VPC',
        )
      }
      if (subnetsIn(state, vpc, block.cidrBlock)) {
        throw new AwsError('InvalidCidrBlock.InUse', `The vpc CIDR block ${id} is in use`)
      }
      state.vpcs.put({ ...vpc, cidrBlocks: vpc.cidrBlocks.filter((other) => other !== block) })
      return { VpcId: vpc.id, CidrBlockAssociation: describeBlock(block) }
    },
  }
}

/** A VPC's block in its canonical form; AWS allows /16 to /28. */
function vpcBlock(text: string | undefined): string {
  const cidr = parseCidr(text ?? '')
  if (cidr === undefined) throw invalidCidr(text ?? '')
  if (cidr.prefix < 16 || cidr.prefix > 28) {
    throw new AwsError('InvalidVpc.Range', `The CIDR '${text}' is invalid.`)
  }
  return formatCidr(cidr)
}

function overlap(a: string, b: string): boolean {
  const [left, right] = [parseCidr(a), parseCidr(b)]
  return left !== undefined && right !== undefined && overlaps(left, right)
}

function subnetsIn(state: Ec2State, vpc: VpcRecord, block: string): boolean {
  const outer = parseCidr(block)
  return state.subnets.by(vpc.region, 'vpc-id', vpc.id).some(({ cidrBlock }) => {
    const inner = parseCidr(cidrBlock)
    return outer !== undefined && inner !== undefined && contains(outer, inner.base)
  })
}

/** Deletes the VPC with what AWS deletes with it: its default group, main route table and ACL. */
function deleteVpc(state: Ec2State, vpc: VpcRecord): void {
  const { region, id } = vpc
  const groups = state.securityGroups.by(region, 'vpc-id', id)
  const tables = state.routeTables.by(region, 'vpc-id', id)
  const used =
    state.subnets.countBy(region, 'vpc-id', id) > 0 ||
    state.internetGateways.countBy(region, 'attachment.vpc-id', id) > 0 ||
    state.networkInterfaces.countBy(region, 'vpc-id', id) > 0 ||
    state.vpcEndpoints.countBy(region, 'vpc-id', id) > 0 ||
    groups.some(({ name }) => name !== 'default') ||
    tables.some(({ associations }) => !associations.some(({ main }) => main))
  if (used) throw hasDependencies('vpc', id)
  for (const group of groups) state.delete(state.securityGroups, group)
  for (const table of tables) state.delete(state.routeTables, table)
  for (const acl of state.networkAcls.by(region, 'vpc-id', id)) state.delete(state.networkAcls, acl)
  state.delete(state.vpcs, vpc)
}

function attribute(vpc: VpcRecord, name: string | undefined) {
  switch (name) {
    case 'enableDnsSupport':
      return { EnableDnsSupport: { Value: vpc.dnsSupport } }
    case 'enableDnsHostnames':
      return { EnableDnsHostnames: { Value: vpc.dnsHostnames } }
    case 'enableNetworkAddressUsageMetrics':
      return { EnableNetworkAddressUsageMetrics: { Value: vpc.addressUsageMetrics } }
    default:
      throw invalidParameter(`Value (${name}) for parameter attribute is invalid.`)
  }
}

function describe(state: Ec2State, vpc: VpcRecord): Vpc {
  return {
    VpcId: vpc.id,
    OwnerId: state.ownerId,
    State: 'available',
    CidrBlock: vpc.cidrBlocks[0]?.cidrBlock,
    CidrBlockAssociationSet: vpc.cidrBlocks.map(describeBlock),
    DhcpOptionsId: vpc.dhcpOptionsId,
    InstanceTenancy: vpc.instanceTenancy,
    IsDefault: vpc.isDefault,
    Tags: state.tagList(vpc.region, vpc.id),
  }
}

function describeBlock({ associationId, cidrBlock }: CidrAssociation): VpcCidrBlockAssociation {
  return {
    AssociationId: associationId,
    CidrBlock: cidrBlock,
    CidrBlockState: { State: 'associated' },
  }
}
