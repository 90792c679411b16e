import type {
  CreateVpcEndpointCommandInput,
  CreateVpcEndpointCommandOutput,
  DeleteVpcEndpointsCommandInput,
  DeleteVpcEndpointsCommandOutput,
  DescribeVpcEndpointServicesCommandInput,
  DescribeVpcEndpointServicesCommandOutput,
  DescribeVpcEndpointsCommandInput,
  DescribeVpcEndpointsCommandOutput,
  ModifyVpcEndpointCommandInput,
  VpcEndpoint,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import type { Ec2State } from '../ec2-state.ts'
import { invalidParameter, notFound, unsupported } from '../errors.ts'
import type { NetworkInterfaces } from '../network-interfaces.ts'
import { prefixListsOf } from '../prefix-lists.ts'
import type { VpcEndpointRecord } from '../records.ts'
import { zonesOf } from '../zones.ts'

const FULL_ACCESS = JSON.stringify({
  Version: '2008-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
})

const SERVICES = ['ecr.api', 'ecr.dkr', 'ecs', 'ecs-agent', 'logs', 'secretsmanager', 'ssm', 'sts']

export function vpcEndpointOperations(
  state: Ec2State,
  interfaces: NetworkInterfaces,
): OperationTable {
  const endpoints = new Endpoints(state, interfaces)
  return {
    CreateVpcEndpoint: (
      input: CreateVpcEndpointCommandInput,
      call: Call,
    ): Output<CreateVpcEndpointCommandOutput> => {
      const record = endpoints.create(input, call.region)
      state.create(state.vpcEndpoints, record, input.TagSpecifications)
      return { VpcEndpoint: describe(state, record), ClientToken: input.ClientToken }
    },

    DescribeVpcEndpoints: (
      input: DescribeVpcEndpointsCommandInput,
      call: Call,
    ): Output<DescribeVpcEndpointsCommandOutput> => {
      const { items, nextToken } = state.describe(state.vpcEndpoints, call.region, {
        ids: input.VpcEndpointIds,
        filters: input.Filters,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      })
      return { VpcEndpoints: items.map((item) => describe(state, item)), NextToken: nextToken }
    },

    ModifyVpcEndpoint: (input: ModifyVpcEndpointCommandInput, call: Call) => {
      endpoints.modify(state.vpcEndpoints.get(call.region, input.VpcEndpointId), input)
      return { Return: true }
    },

    DeleteVpcEndpoints: (
      input: DeleteVpcEndpointsCommandInput,
      call: Call,
    ): Output<DeleteVpcEndpointsCommandOutput> => {
      const failed: string[] = []
      for (const id of input.VpcEndpointIds ?? []) {
        const record = state.vpcEndpoints.find(call.region, id)
        if (record === undefined) failed.push(id)
        else endpoints.delete(record)
      }
      return {
        Unsuccessful: failed.map((id) => ({
          ResourceId: id,
          Error: { Code: notFound('vpce', id).code, Message: notFound('vpce', id).message },
        })),
      }
    },

    DescribeVpcEndpointServices: (
      input: DescribeVpcEndpointServicesCommandInput,
      call: Call,
    ): Output<DescribeVpcEndpointServicesCommandOutput> => describeServices(input, call.region),
  }
}

/** Endpoints with what they bring: routes of gateways, network interfaces of interfaces. */
class Endpoints {
  readonly #state: Ec2State
  readonly #interfaces: NetworkInterfaces

  constructor(state: Ec2State, interfaces: NetworkInterfaces) {
    this.#state = state
    this.#interfaces = interfaces
  }

  create(input: CreateVpcEndpointCommandInput, region: string): VpcEndpointRecord {
    const vpc = this.#state.vpcs.get(region, input.VpcId)
    const serviceName = input.ServiceName ?? ''
    const type = input.VpcEndpointType ?? 'Gateway'
    if (type !== 'Gateway' && type !== 'Interface') {
      throw unsupported(`VPC endpoints of type ${type} are not supported here.`)
    }
    const gateway = prefixListsOf(region).some(({ name }) => name === serviceName)
    if (!serviceName.startsWith(`com.amazonaws.${region}.`) || (type === 'Gateway' && !gateway)) {
      throw new AwsError(
        'InvalidServiceName',
        `The Vpc Endpoint Service '${serviceName}' does not exist`,
      )
    }
    const empty: VpcEndpointRecord = {
      id: this.#state.newId('vpce'),
      region,
      vpcId: vpc.id,
      type,
      serviceName,
      policyDocument: input.PolicyDocument ?? FULL_ACCESS,
      routeTableIds: [],
      subnetIds: [],
      groupIds:
        type === 'Gateway'
          ? []
          : this.#interfaces.groups({ region, vpcId: vpc.id }, input.SecurityGroupIds ?? []),
      networkInterfaceIds: [],
      privateDnsEnabled: type === 'Interface' && (input.PrivateDnsEnabled ?? true),
      createdAt: this.#state.now(),
    }
    return this.#placed(empty, {
      routeTableIds: input.RouteTableIds ?? [],
      subnetIds: input.SubnetIds ?? [],
    })
  }

  modify(record: VpcEndpointRecord, input: ModifyVpcEndpointCommandInput): void {
    const changed = (now: readonly string[], added?: string[], removed?: string[]): string[] => [
      ...new Set([...now.filter((id) => removed?.includes(id) !== true), ...(added ?? [])]),
    ]
    const { AddSecurityGroupIds, RemoveSecurityGroupIds, PolicyDocument } = input
    const groupIds = changed(record.groupIds, AddSecurityGroupIds, RemoveSecurityGroupIds)
    if (groupIds.length > 0) this.#interfaces.groups(record, groupIds)
    const next = this.#placed(
      {
        ...record,
        groupIds,
        policyDocument:
          input.ResetPolicy === true ? FULL_ACCESS : (PolicyDocument ?? record.policyDocument),
        privateDnsEnabled: input.PrivateDnsEnabled ?? record.privateDnsEnabled,
      },
      {
        routeTableIds: changed(
          record.routeTableIds,
          input.AddRouteTableIds,
          input.RemoveRouteTableIds,
        ),
        subnetIds: changed(record.subnetIds, input.AddSubnetIds, input.RemoveSubnetIds),
      },
    )
    for (const id of next.networkInterfaceIds) {
      const owned = this.#state.networkInterfaces.get(record.region, id)
      this.#state.networkInterfaces.put({ ...owned, groupIds })
    }
    this.#state.vpcEndpoints.put(next)
  }

  delete(record: VpcEndpointRecord): void {
    const empty = this.#placed(record, { routeTableIds: [], subnetIds: [] })
    this.#state.delete(this.#state.vpcEndpoints, empty)
  }

  /** The endpoint in those route tables and subnets, with its routes and interfaces made so. */
  #placed(
    record: VpcEndpointRecord,
    places: { routeTableIds: readonly string[]; subnetIds: readonly string[] },
  ): VpcEndpointRecord {
    const { region, id } = record
    if (record.type === 'Gateway' ? places.subnetIds.length > 0 : places.routeTableIds.length > 0) {
      throw invalidParameter(
        `Endpoint type (${record.type}) does not match available service types ([Interface]).`,
      )
    }
    const subnets = places.subnetIds.map((subnetId) => this.#state.subnets.get(region, subnetId))
    const tables = places.routeTableIds.map((tableId) =>
      this.#state.routeTables.get(region, tableId),
    )
    this.#route(record, new Set(tables.map((table) => table.id)))
    const owned = record.networkInterfaceIds.map((eni) =>
      this.#state.networkInterfaces.get(region, eni),
    )
    for (const eni of owned) {
      if (!places.subnetIds.includes(eni.subnetId)) this.#interfaces.delete(eni)
    }
    const kept = owned.filter(({ subnetId }) => places.subnetIds.includes(subnetId))
    const added = subnets
      .filter((subnet) => !kept.some(({ subnetId }) => subnetId === subnet.id))
      .map((subnet) => {
        const eni = this.#interfaces.create(subnet, {
          description: `VPC Endpoint Interface ${id}`,
          groupIds: record.groupIds,
          interfaceType: 'vpc_endpoint',
          requesterId: 'amazon-vpce',
        })
        this.#interfaces.attach(eni)
        return eni
      })
    const networkInterfaceIds = [...kept, ...added].map((eni) => eni.id)
    return { ...record, ...places, networkInterfaceIds }
  }

  /** Puts the gateway's route into the wanted tables and takes it out of the others. */
  #route(record: VpcEndpointRecord, wanted: ReadonlySet<string>): void {
    const list = prefixListsOf(record.region).find(({ name }) => name === record.serviceName)
    if (list === undefined || record.type !== 'Gateway') return
    for (const table of this.#state.routeTables.by(record.region, 'vpc-id', record.vpcId)) {
      const others = table.routes.filter(({ target }) => target !== record.id)
      const route = { destination: list.id, target: record.id, origin: 'CreateRoute' } as const
      const has = others.length < table.routes.length
      if (has === wanted.has(table.id)) continue
      this.#state.routeTables.put({ ...table, routes: has ? others : [...others, route] })
    }
  }
}

function describe(state: Ec2State, record: VpcEndpointRecord): VpcEndpoint {
  const short = record.serviceName.split('.').slice(3).join('.')
  const dnsName = `${record.id}.${short}.${record.region}.vpce.amazonaws.com`
  return {
    VpcEndpointId: record.id,
    VpcEndpointType: record.type,
    VpcId: record.vpcId,
    ServiceName: record.serviceName,
    // AWS answers in lower case, whatever the SDK's enumeration says.
    State: 'available' as 'Available',
    PolicyDocument: record.policyDocument,
    RouteTableIds: [...record.routeTableIds],
    SubnetIds: [...record.subnetIds],
    Groups: record.groupIds.map((GroupId) => ({
      GroupId,
      GroupName: state.securityGroups.find(record.region, GroupId)?.name,
    })),
    IpAddressType: 'ipv4',
    PrivateDnsEnabled: record.privateDnsEnabled,
    RequesterManaged: false,
    NetworkInterfaceIds: [...record.networkInterfaceIds],
    DnsEntries: record.type === 'Gateway' ? [] : [{ DnsName: dnsName }],
    CreationTimestamp: new Date(record.createdAt),
    OwnerId: state.ownerId,
    Tags: state.tagList(record.region, record.id),
  }
}

function describeServices(
  input: DescribeVpcEndpointServicesCommandInput,
  region: string,
): Output<DescribeVpcEndpointServicesCommandOutput> {
  const gateways = prefixListsOf(region).map(({ name }) => ({ name, type: 'Gateway' as const }))
  const known = SERVICES.map((service) => ({
    name: `com.amazonaws.${region}.${service}`,
    type: 'Interface' as const,
  }))
  const filter = (name: string) => input.Filters?.find(({ Name }) => Name === name)?.Values
  const found = [...gateways, ...known]
    .filter(({ name }) => input.ServiceNames?.includes(name) ?? true)
    .filter(({ name }) => filter('service-name')?.includes(name) ?? true)
    .filter(({ type }) => filter('service-type')?.includes(type) ?? true)
  const missing = input.ServiceNames?.find((name) => !found.some((item) => item.name === name))
  if (missing !== undefined) {
    throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${missing}' does not exist`)
  }
  return {
    ServiceNames: found.map(({ name }) => name),
    ServiceDetails: found.map(({ name, type }) => ({
      ServiceName: name,
      ServiceType: [{ ServiceType: type }],
      AvailabilityZones: zonesOf(region).map((zone) => zone.name),
      Owner: 'amazon',
      AcceptanceRequired: false,
      VpcEndpointPolicySupported: true,
      SupportedIpAddressTypes: ['ipv4'],
    })),
  }
}
