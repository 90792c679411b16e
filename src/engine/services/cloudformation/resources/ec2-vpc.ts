import type {
  CreateSubnetCommandInput,
  CreateVpcCommandInput,
  ModifyVpcAttributeCommandInput,
} from '@aws-sdk/client-ec2'
import { findTagged, tagSpecifications, updateTags } from './ec2-tags.ts'
import type { ExistingRequest, ResourceHandler, ResourceRequest, UpdateRequest } from './handler.ts'
import { changed, part, text } from './properties.ts'
import { required } from './required.ts'

const vpc: ResourceHandler = {
  type: 'AWS::EC2::VPC',
  async create(request) {
    const { Vpc } = await request.calls.ec2.createVpc({
      ...part<CreateVpcCommandInput>(request.properties, [
        'CidrBlock',
        'InstanceTenancy',
        'Ipv4IpamPoolId',
        'Ipv4NetmaskLength',
      ]),
      ...tagSpecifications('vpc', request),
    })
    return { physicalId: required(Vpc?.VpcId, 'VpcId') }
  },
  find: (request) => findTagged(request, 'vpc'),
  async stabilize(request) {
    await setVpcAttributes(request)
    return vpcAttributes(request)
  },
  update: (request) => updateTags(request, request.physicalId),
  async delete({ calls, physicalId }) {
    await calls.ec2.deleteVpc({ VpcId: physicalId })
  },
}

async function setVpcAttributes({ calls, physicalId, properties }: ExistingRequest): Promise<void> {
  for (const name of ['EnableDnsSupport', 'EnableDnsHostnames'] as const) {
    const value = properties[name]
    if (typeof value !== 'boolean') continue
    const attribute: Partial<ModifyVpcAttributeCommandInput> = { [name]: { Value: value } }
    await calls.ec2.modifyVpcAttribute({ VpcId: physicalId, ...attribute })
  }
}

async function vpcAttributes({ calls, physicalId }: ExistingRequest) {
  const filters = [{ Name: 'vpc-id', Values: [physicalId] }]
  const { Vpcs = [] } = await calls.ec2.describeVpcs({ VpcIds: [physicalId] })
  const { SecurityGroups = [] } = await calls.ec2.describeSecurityGroups({
    Filters: [...filters, { Name: 'group-name', Values: ['default'] }],
  })
  const [found] = Vpcs
  return {
    VpcId: physicalId,
    CidrBlock: found?.CidrBlock ?? '',
    CidrBlockAssociations: (found?.CidrBlockAssociationSet ?? []).map(
      ({ AssociationId = '' }) => AssociationId,
    ),
    Ipv6CidrBlocks: [],
    DefaultSecurityGroup: SecurityGroups[0]?.GroupId ?? '',
  }
}

const subnet: ResourceHandler = {
  type: 'AWS::EC2::Subnet',
  async create(request) {
    const { Subnet } = await request.calls.ec2.createSubnet({
      ...part<CreateSubnetCommandInput>(request.properties, [
        'AvailabilityZone',
        'AvailabilityZoneId',
        'CidrBlock',
        'Ipv6CidrBlock',
      ]),
      VpcId: text(request.properties, 'VpcId'),
      ...tagSpecifications('subnet', request),
    })
    return {
      physicalId: required(Subnet?.SubnetId, 'SubnetId'),
      attributes: {
        SubnetId: Subnet?.SubnetId ?? '',
        AvailabilityZone: Subnet?.AvailabilityZone ?? '',
        AvailabilityZoneId: Subnet?.AvailabilityZoneId ?? '',
        VpcId: Subnet?.VpcId ?? '',
        CidrBlock: Subnet?.CidrBlock ?? '',
        Ipv6CidrBlocks: [],
      },
    }
  },
  find: (request) => findTagged(request, 'subnet'),
  async stabilize({ calls, physicalId, properties }) {
    const onLaunch = properties['MapPublicIpOnLaunch']
    if (typeof onLaunch === 'boolean')
      await calls.ec2.modifySubnetAttribute({
        SubnetId: physicalId,
        MapPublicIpOnLaunch: { Value: onLaunch },
      })
  },
  async update(request) {
    await updateTags(request, request.physicalId)
    if (changed(request, 'MapPublicIpOnLaunch'))
      await request.calls.ec2.modifySubnetAttribute({
        SubnetId: request.physicalId,
        MapPublicIpOnLaunch: { Value: request.properties['MapPublicIpOnLaunch'] === true },
      })
  },
  async delete({ calls, physicalId }) {
    await calls.ec2.deleteSubnet({ SubnetId: physicalId })
  },
}

const internetGateway: ResourceHandler = {
  type: 'AWS::EC2::InternetGateway',
  async create(request) {
    const { InternetGateway } = await request.calls.ec2.createInternetGateway(
      tagSpecifications('internet-gateway', request),
    )
    const id = required(InternetGateway?.InternetGatewayId, 'InternetGatewayId')
    return { physicalId: id, attributes: { InternetGatewayId: id } }
  },
  find: (request) => findTagged(request, 'internet-gateway'),
  update: (request) => updateTags(request, request.physicalId),
  async delete({ calls, physicalId }) {
    await calls.ec2.deleteInternetGateway({ InternetGatewayId: physicalId })
  },
}

const gatewayAttachment: ResourceHandler = {
  type: 'AWS::EC2::VPCGatewayAttachment',
  async create(request) {
    await attachGateway(request)
    return {
      physicalId: `IGW|${text(request.properties, 'VpcId')}`,
      attributes: { AttachmentType: 'IGW' },
    }
  },
  async update(request: UpdateRequest) {
    await detachGateway({ ...request, properties: request.before })
    await attachGateway(request)
  },
  delete: detachGateway,
}

async function attachGateway({ calls, properties }: ResourceRequest): Promise<void> {
  await calls.ec2.attachInternetGateway({
    InternetGatewayId: text(properties, 'InternetGatewayId'),
    VpcId: text(properties, 'VpcId'),
  })
}

async function detachGateway({ calls, properties }: ResourceRequest): Promise<void> {
  await calls.ec2.detachInternetGateway({
    InternetGatewayId: text(properties, 'InternetGatewayId'),
    VpcId: text(properties, 'VpcId'),
  })
}

export const vpcHandlers = [vpc, subnet, internetGateway, gatewayAttachment]
