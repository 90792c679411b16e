import type {
  CreateDefaultSubnetCommandInput,
  CreateSubnetCommandInput,
  CreateSubnetCommandOutput,
  DeleteSubnetCommandInput,
  DescribeSubnetsCommandInput,
  DescribeSubnetsCommandOutput,
  ModifySubnetAttributeCommandInput,
  Subnet,
} from '@aws-sdk/client-ec2'
import {
  containsRange,
  overlaps,
  size,
  formatCidr,
  parseCidr,
  type Cidr,
} from '../../../../aws/cidr.ts'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import type { Ec2State } from '../ec2-state.ts'
import { hasDependencies, invalidCidr, invalidParameter, unsupported } from '../errors.ts'
import { RESERVED_ADDRESSES } from '../free-address.ts'
import type { SubnetRecord, VpcRecord } from '../records.ts'
import { zonesOf, type Zone } from '../zones.ts'

export function subnetOperations(state: Ec2State): OperationTable {
  return {
    CreateSubnet: (
      input: CreateSubnetCommandInput,
      call: Call,
    ): Output<CreateSubnetCommandOutput> => {
      const vpc = state.vpcs.get(call.region, input.VpcId)
      if (input.Ipv6CidrBlock !== undefined || input.Ipv6Native === true) {
        throw unsupported('IPv6 address ranges of a subnet are not supported here.')
      }
      const cidr = subnetBlock(state, vpc, input.CidrBlock ?? '')
      const zone = zoneOf(call.region, input.AvailabilityZone ?? input.AvailabilityZoneId)
      const record = newSubnet(vpc, { id: state.newId('subnet'), cidr, zone })
      const subnet = state.create(state.subnets, record, input.TagSpecifications)
      return { Subnet: describe(state, subnet) }
    },

    CreateDefaultSubnet: (input: CreateDefaultSubnetCommandInput, call: Call) =>
      createDefaultSubnet(state, zoneOf(call.region, input.AvailabilityZone), call.region),

    DescribeSubnets: (
      input: DescribeSubnetsCommandInput,
      call: Call,
    ): Output<DescribeSubnetsCommandOutput> => {
      const { items, nextToken } = state.describe(state.subnets, call.region, {
        ids: input.SubnetIds,
        filters: input.Filters,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      })
      return { Subnets: items.map((subnet) => describe(state, subnet)), NextToken: nextToken }
    },

    ModifySubnetAttribute: (input: ModifySubnetAttributeCommandInput, call: Call) => {
      const subnet = state.subnets.get(call.region, input.SubnetId)
      state.subnets.put({
        ...subnet,
        mapPublicIpOnLaunch: input.MapPublicIpOnLaunch?.Value ?? subnet.mapPublicIpOnLaunch,
        enableDns64: input.EnableDns64?.Value ?? subnet.enableDns64,
        hostnameType: input.PrivateDnsHostnameTypeOnLaunch ?? subnet.hostnameType,
        resourceNameDnsA:
          input.EnableResourceNameDnsARecordOnLaunch?.Value ?? subnet.resourceNameDnsA,
      })
      return {}
    },

    DeleteSubnet: (input: DeleteSubnetCommandInput, call: Call) => {
      const subnet = state.subnets.get(call.region, input.SubnetId)
      if (state.networkInterfaces.countBy(call.region, 'subnet-id', subnet.id) > 0) {
        throw hasDependencies('subnet', subnet.id)
      }
      for (const table of state.routeTables.by(call.region, 'association.subnet-id', subnet.id)) {
        const associations = table.associations.filter(({ subnetId }) => subnetId !== subnet.id)
        state.routeTables.put({ ...table, associations })
      }
      state.delete(state.subnets, subnet)
      return {}
    },
  }
}

function newSubnet(
  vpc: VpcRecord,
  { id, cidr, zone }: { id: string; cidr: Cidr; zone: Zone },
): SubnetRecord {
  return {
    id,
    region: vpc.region,
    vpcId: vpc.id,
    cidrBlock: formatCidr(cidr),
    zone: zone.name,
    zoneId: zone.id,
    defaultForAz: false,
    mapPublicIpOnLaunch: false,
    enableDns64: false,
    hostnameType: 'ip-name',
    resourceNameDnsA: false,
  }
}

/** A block of the VPC (/16 to /28) that no other subnet of it has. */
function subnetBlock(state: Ec2State, vpc: VpcRecord, text: string): Cidr {
  const cidr = parseCidr(text)
  if (cidr === undefined) throw invalidCidr(text)
  const inside = vpc.cidrBlocks.some(({ cidrBlock }) => {
    const outer = parseCidr(cidrBlock)
    return outer !== undefined && containsRange(outer, cidr)
  })
  if (!inside || cidr.prefix < 16 || cidr.prefix > 28) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${text}' is invalid.`)
  }
  const conflict = state.subnets.by(vpc.region, 'vpc-id', vpc.id).some(({ cidrBlock }) => {
    const other = parseCidr(cidrBlock)
    return other !== undefined && overlaps(other, cidr)
  })
  if (conflict) {
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${text}' conflicts with another subnet`)
  }
  return cidr
}

/** The zone of that name or id; the first one when none is named. */
function zoneOf(region: string, wanted: string | undefined): Zone {
  const zones = zonesOf(region)
  const zone =
    wanted === undefined ? zones[0] : zones.find(({ name, id }) => name === wanted || id === wanted)
  if (zone === undefined) {
    throw invalidParameter(
      `Value (${wanted}) for parameter availabilityZone is invalid. ` +
        `Subnets can currently only be created in the following availability zones: ` +
        `${zones.map(({ name }) => name).join(', ')}.`,
    )
  }
  return zone
}

function createDefaultSubnet(state: Ec2State, zone: Zone, region: string): { Subnet: Subnet } {
  const vpc = state.vpcs.list(region).find(({ isDefault }) => isDefault)
  if (vpc === undefined) {
    throw new AwsError('DefaultVpcDoesNotExist', 'No default VPC exists for this account.')
  }
  const existing = state.subnets.by(region, 'vpc-id', vpc.id)
  const known = existing.find((subnet) => subnet.defaultForAz && subnet.zone === zone.name)
  if (known !== undefined) {
    throw new AwsError(
      'DefaultSubnetAlreadyExistsInAvailabilityZone',
      `'${known.id}' is already the default subnet in ${zone.name}.`,
    )
  }
  const index = zonesOf(region).findIndex(({ name }) => name === zone.name)
  const cidr = subnetBlock(state, vpc, `172.31.${index * 16}.0/20`)
  const record = newSubnet(vpc, { id: state.newId('subnet'), cidr, zone })
  state.subnets.put({ ...record, defaultForAz: true, mapPublicIpOnLaunch: true })
  return { Subnet: describe(state, state.subnets.get(region, record.id)) }
}

function describe(state: Ec2State, subnet: SubnetRecord): Subnet {
  const { region, id } = subnet
  const addresses = size(parseCidr(subnet.cidrBlock) ?? { base: 0, prefix: 32 })
  const used = state.networkInterfaces.countBy(region, 'subnet-id', id)
  return {
    SubnetId: id,
    SubnetArn: state.arn(region, `subnet/${id}`),
    VpcId: subnet.vpcId,
    OwnerId: state.ownerId,
    State: 'available',
    CidrBlock: subnet.cidrBlock,
    AvailableIpAddressCount: addresses - RESERVED_ADDRESSES - used,
    AvailabilityZone: subnet.zone,
    AvailabilityZoneId: subnet.zoneId,
    DefaultForAz: subnet.defaultForAz,
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    MapCustomerOwnedIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    Ipv6Native: false,
    Ipv6CidrBlockAssociationSet: [],
    EnableDns64: subnet.enableDns64,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: subnet.hostnameType,
      EnableResourceNameDnsARecord: subnet.resourceNameDnsA,
      EnableResourceNameDnsAAAARecord: false,
    },
    Tags: state.tagList(region, id),
  }
}
