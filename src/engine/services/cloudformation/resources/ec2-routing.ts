import type {
  AllocateAddressCommandInput,
  CreateNatGatewayCommandInput,
  CreateRouteCommandInput,
  CreateVpcEndpointCommandInput,
  ModifyVpcEndpointCommandInput,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../aws-error.ts'
import { awaitState } from './await-state.ts'
import { findTagged, tagSpecifications, updateTags } from './ec2-tags.ts'
import type { ExistingRequest, Properties, ResourceHandler } from './handler.ts'
import { documentText, list, optionalText, part, text } from './properties.ts'
import { required } from './required.ts'

const GATEWAY_LIMIT_MS = 15 * 60_000

const elasticIp: ResourceHandler = {
  type: 'AWS::EC2::EIP',
  async create(request) {
    const { AllocationId, PublicIp } = await request.calls.ec2.allocateAddress({
      ...part<AllocateAddressCommandInput>(request.properties, ['Domain', 'PublicIpv4Pool']),
      ...tagSpecifications('elastic-ip', request),
    })
    const address = required(PublicIp, 'PublicIp')
    return {
      physicalId: address,
      attributes: { AllocationId: required(AllocationId, 'AllocationId'), PublicIp: address },
    }
  },
  async find(request) {
    const found = await findTagged(request, 'elastic-ip')
    if (found === undefined) return undefined
    const { Addresses = [] } = await request.calls.ec2.describeAddresses({
      AllocationIds: [found.physicalId],
    })
    const address = Addresses[0]?.PublicIp
    if (address === undefined || request.known.includes(address)) return undefined
    return {
      physicalId: address,
      attributes: { AllocationId: found.physicalId, PublicIp: address },
    }
  },
  update: (request) => updateTags(request, text(request.attributes, 'AllocationId')),
  async delete({ calls, attributes }) {
    await calls.ec2.releaseAddress({ AllocationId: text(attributes, 'AllocationId') })
  },
}

const natGateway: ResourceHandler = {
  type: 'AWS::EC2::NatGateway',
  async create(request) {
    const { NatGateway } = await request.calls.ec2.createNatGateway({
      ...part<CreateNatGatewayCommandInput>(request.properties, [
        'AllocationId',
        'ConnectivityType',
        'PrivateIpAddress',
      ]),
      SubnetId: text(request.properties, 'SubnetId'),
      ...tagSpecifications('natgateway', request),
    })
    const id = required(NatGateway?.NatGatewayId, 'NatGatewayId')
    return { physicalId: id, attributes: { NatGatewayId: id } }
  },
  find: (request) => findTagged(request, 'natgateway'),
  async stabilize(request) {
    await awaitState({ ...request, limitMs: GATEWAY_LIMIT_MS }, async () => {
      const gateway = await describeNatGateway(request)
      if (gateway?.State === 'failed')
        throw new AwsError('GeneralServiceException', gateway.FailureMessage ?? 'NAT failed')
      return gateway?.State === 'available' ? gateway : undefined
    })
  },
  update: (request) => updateTags(request, request.physicalId),
  async delete(request) {
    await request.calls.ec2.deleteNatGateway({ NatGatewayId: request.physicalId })
    await awaitState({ ...request, limitMs: GATEWAY_LIMIT_MS }, async () => {
      const gateway = await describeNatGateway(request)
      return gateway === undefined || gateway.State === 'deleted' ? true : undefined
    })
  },
}

async function describeNatGateway({ calls, physicalId }: ExistingRequest) {
  const { NatGateways = [] } = await calls.ec2.describeNatGateways({ NatGatewayIds: [physicalId] })
  return NatGateways[0]
}

const routeTable: ResourceHandler = {
  type: 'AWS::EC2::RouteTable',
  async create(request) {
    const { RouteTable } = await request.calls.ec2.createRouteTable({
      VpcId: text(request.properties, 'VpcId'),
      ...tagSpecifications('route-table', request),
    })
    const id = required(RouteTable?.RouteTableId, 'RouteTableId')
    return { physicalId: id, attributes: { RouteTableId: id } }
  },
  find: (request) => findTagged(request, 'route-table'),
  update: (request) => updateTags(request, request.physicalId),
  async delete({ calls, physicalId }) {
    await calls.ec2.deleteRouteTable({ RouteTableId: physicalId })
  },
}

const ROUTE_TARGETS = [
  'DestinationCidrBlock',
  'DestinationIpv6CidrBlock',
  'DestinationPrefixListId',
  'EgressOnlyInternetGatewayId',
  'GatewayId',
  'InstanceId',
  'NatGatewayId',
  'NetworkInterfaceId',
  'TransitGatewayId',
  'VpcEndpointId',
  'VpcPeeringConnectionId',
] as const

const route: ResourceHandler = {
  type: 'AWS::EC2::Route',
  async create({ calls, properties }) {
    await calls.ec2.createRoute(routeInput(properties))
    const destination = routeDestination(properties)
    return {
      physicalId: `${text(properties, 'RouteTableId')}|${destination}`,
      attributes: { CidrBlock: destination },
    }
  },
  async update({ calls, properties }) {
    await calls.ec2.replaceRoute(routeInput(properties))
  },
  async delete({ calls, properties }) {
    await calls.ec2.deleteRoute({
      ...part<CreateRouteCommandInput>(properties, [
        'DestinationCidrBlock',
        'DestinationIpv6CidrBlock',
        'DestinationPrefixListId',
      ]),
      RouteTableId: text(properties, 'RouteTableId'),
    })
  },
}

function routeInput(properties: Properties): CreateRouteCommandInput {
  return {
    ...part<CreateRouteCommandInput>(properties, ROUTE_TARGETS),
    RouteTableId: text(properties, 'RouteTableId'),
  }
}

function routeDestination(properties: Properties): string {
  return (
    optionalText(properties, 'DestinationCidrBlock') ??
    optionalText(properties, 'DestinationIpv6CidrBlock') ??
    text(properties, 'DestinationPrefixListId')
  )
}

const routeTableAssociation: ResourceHandler = {
  type: 'AWS::EC2::SubnetRouteTableAssociation',
  async create({ calls, properties }) {
    const { AssociationId } = await calls.ec2.associateRouteTable({
      RouteTableId: text(properties, 'RouteTableId'),
      SubnetId: text(properties, 'SubnetId'),
    })
    const id = required(AssociationId, 'AssociationId')
    return { physicalId: id, attributes: { Id: id } }
  },
  async delete({ calls, physicalId }) {
    await calls.ec2.disassociateRouteTable({ AssociationId: physicalId })
  },
}

const vpcEndpoint: ResourceHandler = {
  type: 'AWS::EC2::VPCEndpoint',
  async create(request) {
    const { VpcEndpoint } = await request.calls.ec2.createVpcEndpoint({
      ...part<CreateVpcEndpointCommandInput>(request.properties, [
        'PrivateDnsEnabled',
        'RouteTableIds',
        'SecurityGroupIds',
        'ServiceName',
        'SubnetIds',
        'VpcEndpointType',
      ]),
      ...policyDocument(request.properties),
      VpcId: text(request.properties, 'VpcId'),
      ...tagSpecifications('vpc-endpoint', request),
    })
    const id = required(VpcEndpoint?.VpcEndpointId, 'VpcEndpointId')
    return {
      physicalId: id,
      attributes: {
        Id: id,
        CreationTimestamp: new Date(request.clock.now()).toISOString(),
        NetworkInterfaceIds: VpcEndpoint?.NetworkInterfaceIds ?? [],
        DnsEntries: (VpcEndpoint?.DnsEntries ?? []).map(
          ({ HostedZoneId = '', DnsName = '' }) => `${HostedZoneId}:${DnsName}`,
        ),
      },
    }
  },
  find: (request) => findTagged(request, 'vpc-endpoint'),
  async update(request) {
    await request.calls.ec2.modifyVpcEndpoint({
      ...part<ModifyVpcEndpointCommandInput>(request.properties, ['PrivateDnsEnabled']),
      ...policyDocument(request.properties),
      VpcEndpointId: request.physicalId,
      ...membership(request, 'RouteTableIds', ['AddRouteTableIds', 'RemoveRouteTableIds']),
      ...membership(request, 'SubnetIds', ['AddSubnetIds', 'RemoveSubnetIds']),
      ...membership(request, 'SecurityGroupIds', ['AddSecurityGroupIds', 'RemoveSecurityGroupIds']),
    })
    await updateTags(request, request.physicalId)
  },
  async delete({ calls, physicalId }) {
    await calls.ec2.deleteVpcEndpoints({ VpcEndpointIds: [physicalId] })
  },
}

function policyDocument(properties: Properties): { PolicyDocument?: string } {
  const document = properties['PolicyDocument']
  return document === undefined ? {} : { PolicyDocument: documentText(document) }
}

function membership(
  request: { before: Properties; properties: Properties },
  name: string,
  [add, remove]: readonly [string, string],
): Partial<ModifyVpcEndpointCommandInput> {
  const before = list<string>(request.before, name)
  const after = list<string>(request.properties, name)
  return {
    [add]: after.filter((id) => !before.includes(id)),
    [remove]: before.filter((id) => !after.includes(id)),
  }
}

export const routingHandlers = [
  elasticIp,
  natGateway,
  routeTable,
  route,
  routeTableAssociation,
  vpcEndpoint,
]
