import type {
  DescribeAccountAttributesCommandInput,
  DescribeAccountAttributesCommandOutput,
  DescribeAvailabilityZonesCommandInput,
  DescribeAvailabilityZonesCommandOutput,
  DescribeDhcpOptionsCommandInput,
  DescribeDhcpOptionsCommandOutput,
  DescribeInstancesCommandOutput,
  DescribeInstanceTypesCommandOutput,
  DescribeManagedPrefixListsCommandInput,
  DescribeManagedPrefixListsCommandOutput,
  DescribeNetworkAclsCommandInput,
  DescribeNetworkAclsCommandOutput,
  DescribePrefixListsCommandInput,
  DescribePrefixListsCommandOutput,
  DescribeRegionsCommandInput,
  DescribeRegionsCommandOutput,
  Filter,
  GetManagedPrefixListEntriesCommandInput,
  GetManagedPrefixListEntriesCommandOutput,
  NetworkAclEntry,
} from '@aws-sdk/client-ec2'
import type { Call, OperationTable, Output } from '../../service.ts'
import { describeTable, matches } from '../describe.ts'
import type { Ec2State } from '../ec2-state.ts'
import { invalidParameter, notFound } from '../errors.ts'
import { prefixListsOf, type PrefixList } from '../prefix-lists.ts'
import type { NetworkAclRecord } from '../records.ts'
import { REGIONS, zonesOf } from '../zones.ts'

/** What an account finds without having made it: zones, regions, defaults, quotas. */
export function accountOperations(state: Ec2State): OperationTable {
  return {
    DescribeAvailabilityZones: (
      input: DescribeAvailabilityZonesCommandInput,
      call: Call,
    ): Output<DescribeAvailabilityZonesCommandOutput> => describeZones(state, input, call.region),

    DescribeRegions: (input: DescribeRegionsCommandInput): Output<DescribeRegionsCommandOutput> => {
      const unknown = input.RegionNames?.find((name) => REGIONS[name] === undefined)
      if (unknown !== undefined) {
        throw invalidParameter(`Invalid region names provided: ${unknown}`)
      }
      const names = input.RegionNames ?? Object.keys(REGIONS)
      return {
        Regions: names.map((RegionName) => ({
          RegionName,
          Endpoint: `ec2.${RegionName}.amazonaws.com`,
          OptInStatus: 'opt-in-not-required',
        })),
      }
    },

    DescribeAccountAttributes: (
      input: DescribeAccountAttributesCommandInput,
      call: Call,
    ): Output<DescribeAccountAttributesCommandOutput> => {
      const vpc = state.vpcs.list(call.region).find(({ isDefault }) => isDefault)
      const values: Readonly<Record<string, string>> = {
        'supported-platforms': 'VPC',
        'default-vpc': vpc?.id ?? 'none',
        'max-instances': '0',
        'vpc-max-security-groups-per-interface': '5',
        'max-elastic-ips': '5',
        'vpc-max-elastic-ips': '5',
      }
      const names = input.AttributeNames ?? Object.keys(values)
      return {
        AccountAttributes: names.map((name) => ({
          AttributeName: name,
          AttributeValues: [{ AttributeValue: values[name] }],
        })),
      }
    },

    // The engine runs no instances; clients ask all the same.
    DescribeInstances: (): Output<DescribeInstancesCommandOutput> => ({ Reservations: [] }),
    DescribeInstanceTypes: (): Output<DescribeInstanceTypesCommandOutput> => ({
      InstanceTypes: [],
    }),

    ...defaultOperations(state),
    ...prefixListOperations(state),
  }
}

function describeZones(
  state: Ec2State,
  input: DescribeAvailabilityZonesCommandInput,
  region: string,
): Output<DescribeAvailabilityZonesCommandOutput> {
  const zones = zonesOf(region)
  const unknown = input.ZoneNames?.find((name) => !zones.some((zone) => zone.name === name))
  if (unknown !== undefined) throw invalidParameter(`Invalid availability zone: [${unknown}]`)
  const wanted = zones
    .filter(({ name }) => input.ZoneNames?.includes(name) ?? true)
    .filter(({ id }) => input.ZoneIds?.includes(id) ?? true)
    .filter((zone) =>
      allMatch(state, input.Filters, {
        'zone-name': zone.name,
        'zone-id': zone.id,
        'region-name': region,
        'group-name': region,
        'zone-type': 'availability-zone',
        'opt-in-status': 'opt-in-not-required',
        state: 'available',
      }),
    )
  return {
    AvailabilityZones: wanted.map(({ name, id }) => ({
      ZoneName: name,
      ZoneId: id,
      RegionName: region,
      GroupName: region,
      NetworkBorderGroup: region,
      ZoneType: 'availability-zone',
      OptInStatus: 'opt-in-not-required',
      State: 'available',
      Messages: [],
    })),
  }
}

function defaultOperations(state: Ec2State): OperationTable {
  return {
    DescribeNetworkAcls: (
      input: DescribeNetworkAclsCommandInput,
      call: Call,
    ): Output<DescribeNetworkAclsCommandOutput> => {
      const table = state.networkAcls
      const bySubnet = input.Filters?.find(({ Name }) => Name === 'association.subnet-id')
      const filters = input.Filters?.filter((filter) => filter !== bySubnet)
      const { items, nextToken } = describeTable(table, {
        region: call.region,
        ids: input.NetworkAclIds,
        filters,
        facts: state,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      })
      const vpcs = bySubnet?.Values?.map((id) => state.subnets.find(call.region, id)?.vpcId)
      const found = vpcs === undefined ? items : items.filter(({ vpcId }) => vpcs.includes(vpcId))
      return { NetworkAcls: found.map((acl) => describeAcl(state, acl)), NextToken: nextToken }
    },

    DescribeDhcpOptions: (
      input: DescribeDhcpOptionsCommandInput,
      call: Call,
    ): Output<DescribeDhcpOptionsCommandOutput> => {
      const { items, nextToken } = state.describe(state.dhcpOptions, call.region, {
        ids: input.DhcpOptionsIds,
        filters: input.Filters,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      })
      const DhcpOptions = items.map(({ id, configurations }) => ({
        DhcpOptionsId: id,
        OwnerId: state.ownerId,
        DhcpConfigurations: configurations.map(({ key, values }) => ({
          Key: key,
          Values: values.map((Value) => ({ Value })),
        })),
        Tags: state.tagList(call.region, id),
      }))
      return { DhcpOptions, NextToken: nextToken }
    },
  }
}

/** The default ACL: everything in, everything out, for every subnet of its VPC. */
function describeAcl(state: Ec2State, { id, region, vpcId }: NetworkAclRecord) {
  const entry = (Egress: boolean, RuleNumber: number): NetworkAclEntry => ({
    CidrBlock: '0.0.0.0/0',
    Egress,
    Protocol: '-1',
    RuleAction: RuleNumber === 100 ? 'allow' : 'deny',
    RuleNumber,
  })
  return {
    NetworkAclId: id,
    VpcId: vpcId,
    OwnerId: state.ownerId,
    IsDefault: true,
    Associations: state.subnets.by(region, 'vpc-id', vpcId).map((subnet) => ({
      NetworkAclAssociationId: `aclassoc-${subnet.id.slice(subnet.id.indexOf('-') + 1)}`,
      NetworkAclId: id,
      SubnetId: subnet.id,
    })),
    Entries: [entry(true, 100), entry(true, 32_767), entry(false, 100), entry(false, 32_767)],
    Tags: state.tagList(region, id),
  }
}

function prefixListOperations(state: Ec2State): OperationTable {
  const select = (
    region: string,
    ids: readonly string[] | undefined,
    filters: readonly Filter[] | undefined,
  ): PrefixList[] => {
    const lists = prefixListsOf(region)
    const unknown = ids?.find((id) => !lists.some((list) => list.id === id))
    if (unknown !== undefined) throw notFound('pl', unknown)
    return lists
      .filter(({ id }) => ids === undefined || ids.length === 0 || ids.includes(id))
      .filter(({ id, name }) =>
        allMatch(state, filters, { 'prefix-list-id': id, 'prefix-list-name': name }),
      )
  }
  return {
    DescribePrefixLists: (
      input: DescribePrefixListsCommandInput,
      call: Call,
    ): Output<DescribePrefixListsCommandOutput> => ({
      PrefixLists: select(call.region, input.PrefixListIds, input.Filters).map((list) => ({
        PrefixListId: list.id,
        PrefixListName: list.name,
        Cidrs: [...list.cidrs],
      })),
    }),

    DescribeManagedPrefixLists: (
      input: DescribeManagedPrefixListsCommandInput,
      call: Call,
    ): Output<DescribeManagedPrefixListsCommandOutput> => ({
      PrefixLists: select(call.region, input.PrefixListIds, input.Filters).map((list) => ({
        PrefixListId: list.id,
        PrefixListName: list.name,
        PrefixListArn: `arn:aws:ec2:${call.region}:aws:prefix-list/${list.id}`,
        AddressFamily: 'IPv4',
        OwnerId: 'AWS',
        State: 'create-complete',
        Version: 1,
        MaxEntries: list.cidrs.length,
        Tags: [],
      })),
    }),

    GetManagedPrefixListEntries: (
      input: GetManagedPrefixListEntriesCommandInput,
      call: Call,
    ): Output<GetManagedPrefixListEntriesCommandOutput> => ({
      Entries: select(call.region, [input.PrefixListId ?? ''], undefined).flatMap(({ cidrs }) =>
        cidrs.map((Cidr) => ({ Cidr })),
      ),
    }),
  }
}

/** Whether filters accept what is no record: a fixed set of values. */
function allMatch(
  state: Ec2State,
  filters: readonly Filter[] | undefined,
  values: Readonly<Record<string, string>>,
): boolean {
  const fields = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, () => value]),
  )
  return (filters ?? []).every((filter) =>
    matches(filter, { record: { id: '', region: '' }, fields, facts: state }),
  )
}
