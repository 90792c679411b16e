import { describe, expect, test } from 'vitest'
import { testEngine } from '../../testing/test-engine.ts'
import { createEc2 } from './service.ts'

function ec2(region = 'us-east-1') {
  return testEngine({ services: [createEc2] }).calls(region, 'arn:aws:iam::000000000000:user/me')
    .ec2
}

async function vpcOf(api: ReturnType<typeof ec2>, cidr = '10.0.0.0/16') {
  const { Vpc } = await api.createVpc({ CidrBlock: cidr })
  return Vpc?.VpcId ?? ''
}

async function subnetOf(api: ReturnType<typeof ec2>, vpcId: string, cidr: string) {
  const { Subnet } = await api.createSubnet({ VpcId: vpcId, CidrBlock: cidr })
  return Subnet?.SubnetId ?? ''
}

describe('the default VPC', () => {
  test('is there at first use, public, with a subnet in each zone', async () => {
    const api = ec2()
    const { Vpcs: [vpc] = [] } = await api.describeVpcs({})
    expect(vpc).toMatchObject({ IsDefault: true, CidrBlock: '172.31.0.0/16', State: 'available' })
    const { Subnets = [] } = await api.describeSubnets({})
    expect(Subnets.map((subnet) => subnet.CidrBlock)).toEqual([
      '172.31.0.0/20',
      '172.31.16.0/20',
      '172.31.32.0/20',
    ])
    expect(Subnets.map((subnet) => subnet.AvailabilityZone)).toEqual([
      'us-east-1a',
      'us-east-1b',
      'us-east-1c',
    ])
    expect(Subnets[0]).toMatchObject({ AvailableIpAddressCount: 4091, MapPublicIpOnLaunch: true })
    const { RouteTables: [table] = [] } = await api.describeRouteTables({})
    expect(table?.Routes?.map((route) => [route.DestinationCidrBlock, route.State])).toEqual([
      ['172.31.0.0/16', 'active'],
      ['0.0.0.0/0', 'active'],
    ])
    const { SecurityGroups: [group] = [] } = await api.describeSecurityGroups({})
    expect(group).toMatchObject({
      GroupName: 'default',
      IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: group?.GroupId }] }],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    })
  })

  test('has the same ids in every engine, and others in each region', async () => {
    const id = async (region: string) => (await ec2(region).describeVpcs({})).Vpcs?.[0]?.VpcId
    expect(await id('us-east-1')).toBe(await id('us-east-1'))
    expect(await id('us-east-1')).not.toBe(await id('eu-west-1'))
  })

  test('stays away once it is deleted, until it is asked for', async () => {
    const api = ec2()
    const { Vpcs: [vpc] = [] } = await api.describeVpcs({})
    const { InternetGateways: [gateway] = [] } = await api.describeInternetGateways({})
    const both = { VpcId: vpc?.VpcId, InternetGatewayId: gateway?.InternetGatewayId }
    await api.detachInternetGateway(both)
    await api.deleteInternetGateway({ InternetGatewayId: both.InternetGatewayId })
    const { Subnets = [] } = await api.describeSubnets({})
    for (const { SubnetId } of Subnets) await api.deleteSubnet({ SubnetId })
    await api.deleteVpc({ VpcId: both.VpcId })
    expect((await api.describeVpcs({})).Vpcs).toEqual([])
    await api.createDefaultVpc({})
    expect((await api.describeSubnets({})).Subnets).toHaveLength(3)
  })
})

describe('a VPC', () => {
  test('comes with its main route table, default group and network ACL', async () => {
    const api = ec2()
    const VpcId = await vpcOf(api)
    const Filters = [{ Name: 'vpc-id', Values: [VpcId] }]
    const main = [...Filters, { Name: 'association.main', Values: ['true'] }]
    expect((await api.describeRouteTables({ Filters: main })).RouteTables).toHaveLength(1)
    expect((await api.describeSecurityGroups({ Filters })).SecurityGroups).toHaveLength(1)
    const acls = [...Filters, { Name: 'default', Values: ['true'] }]
    expect((await api.describeNetworkAcls({ Filters: acls })).NetworkAcls).toHaveLength(1)
  })

  test('has DNS support and, when asked, DNS host names', async () => {
    const api = ec2()
    const VpcId = await vpcOf(api)
    const read = (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
      api.describeVpcAttribute({ VpcId, Attribute })
    expect(await read('enableDnsSupport')).toMatchObject({ EnableDnsSupport: { Value: true } })
    expect(await read('enableDnsHostnames')).toMatchObject({ EnableDnsHostnames: { Value: false } })
    await api.modifyVpcAttribute({ VpcId, EnableDnsHostnames: { Value: true } })
    expect(await read('enableDnsHostnames')).toMatchObject({ EnableDnsHostnames: { Value: true } })
  })

  test('is not deleted while something stands in it', async () => {
    const api = ec2()
    const VpcId = await vpcOf(api)
    const SubnetId = await subnetOf(api, VpcId, '10.0.1.0/24')
    await expect(api.deleteVpc({ VpcId })).rejects.toMatchObject({
      code: 'DependencyViolation',
      message: `The vpc '${VpcId}' has dependencies and cannot be deleted.`,
    })
    await api.deleteSubnet({ SubnetId })
    await api.deleteVpc({ VpcId })
    await expect(api.describeVpcs({ VpcIds: [VpcId] })).rejects.toMatchObject({
      code: 'InvalidVpcID.NotFound',
      message: `The vpc ID '${VpcId}' does not exist`,
    })
  })

  test.each([
    ['10.0.0.0/8', 'InvalidVpc.Range'],
    ['10.0.0.0/29', 'InvalidVpc.Range'],
    ['10.0.0/16', 'InvalidParameterValue'],
  ])('is not made of %s', async (cidr, code) => {
    await expect(vpcOf(ec2(), cidr)).rejects.toMatchObject({ code })
  })

  test('does not come from a dry run', async () => {
    const api = ec2()
    const wish = { CidrBlock: '10.0.0.0/16', DryRun: true }
    await expect(api.createVpc(wish)).rejects.toMatchObject({
      code: 'DryRunOperation',
      status: 412,
    })
    expect((await api.describeVpcs({})).Vpcs).toHaveLength(1)
  })
})

describe('a subnet', () => {
  test('lies in its VPC and overlaps no other', async () => {
    const api = ec2()
    const vpcId = await vpcOf(api)
    await subnetOf(api, vpcId, '10.0.1.0/24')
    await expect(subnetOf(api, vpcId, '10.0.1.128/25')).rejects.toMatchObject({
      code: 'InvalidSubnet.Conflict',
      message: "The CIDR '10.0.1.128/25' conflicts with another subnet",
    })
    await expect(subnetOf(api, vpcId, '10.1.0.0/24')).rejects.toMatchObject({
      code: 'InvalidSubnet.Range',
    })
  })

  test('is found by filters with wildcards, tags and pages', async () => {
    const api = ec2()
    const vpcId = await vpcOf(api)
    const first = await subnetOf(api, vpcId, '10.0.1.0/24')
    const second = await subnetOf(api, vpcId, '10.0.2.0/24')
    await api.createTags({ Resources: [second], Tags: [{ Key: 'Name', Value: 'app-private' }] })
    const find = async (Name: string, ...Values: string[]) => {
      const { Subnets = [] } = await api.describeSubnets({ Filters: [{ Name, Values }] })
      return Subnets.map(({ SubnetId }) => SubnetId)
    }
    expect(await find('tag:Name', 'app-*')).toEqual([second])
    expect(await find('tag-key', 'Name')).toEqual([second])
    expect(await find('cidr-block', '10.0.?.0/24')).toEqual([first, second])
    expect(await find('vpc-id', vpcId, 'vpc-none')).toEqual([first, second])
    await expect(find('colour', 'red')).rejects.toMatchObject({ code: 'InvalidParameterValue' })
    const page = await api.describeSubnets({ MaxResults: 4 })
    expect(page.Subnets).toHaveLength(4)
    const rest = await api.describeSubnets({ MaxResults: 4, NextToken: page.NextToken })
    expect(rest).toMatchObject({ Subnets: [{ SubnetId: second }], NextToken: undefined })
  })
})

describe('routes', () => {
  async function publicVpc() {
    const api = ec2()
    const vpcId = await vpcOf(api)
    const subnetId = await subnetOf(api, vpcId, '10.0.1.0/24')
    const { RouteTable } = await api.createRouteTable({ VpcId: vpcId })
    const { InternetGateway } = await api.createInternetGateway({})
    const gatewayId = InternetGateway?.InternetGatewayId ?? ''
    await api.attachInternetGateway({ VpcId: vpcId, InternetGatewayId: gatewayId })
    return { api, vpcId, subnetId, tableId: RouteTable?.RouteTableId ?? '', gatewayId }
  }

  test('lead to gateways of the VPC, and to a black hole when the gateway goes', async () => {
    const { api, vpcId, tableId, gatewayId } = await publicVpc()
    const route = { RouteTableId: tableId, DestinationCidrBlock: '0.0.0.0/0' }
    await api.createRoute({ ...route, GatewayId: gatewayId })
    await api.createRoute({ ...route, GatewayId: gatewayId })
    const states = async () => {
      const { RouteTables: [table] = [] } = await api.describeRouteTables({
        RouteTableIds: [tableId],
      })
      return table?.Routes?.map(({ GatewayId, State }) => `${GatewayId} ${State}`)
    }
    expect(await states()).toEqual(['local active', `${gatewayId} active`])
    await api.detachInternetGateway({ VpcId: vpcId, InternetGatewayId: gatewayId })
    expect(await states()).toEqual(['local active', `${gatewayId} blackhole`])
    await api.deleteRoute(route)
    await expect(api.deleteRoute(route)).rejects.toMatchObject({
      code: 'InvalidRoute.NotFound',
      message: `no route with destination-cidr-block 0.0.0.0/0 in route table ${tableId}`,
    })
  })

  test('belong to a subnet by association, one table at a time', async () => {
    const { api, vpcId, subnetId, tableId } = await publicVpc()
    const association = { RouteTableId: tableId, SubnetId: subnetId }
    const { AssociationId } = await api.associateRouteTable(association)
    expect((await api.associateRouteTable(association)).AssociationId).toBe(AssociationId)
    const { RouteTable: other } = await api.createRouteTable({ VpcId: vpcId })
    await expect(
      api.associateRouteTable({ RouteTableId: other?.RouteTableId, SubnetId: subnetId }),
    ).rejects.toMatchObject({ code: 'Resource.AlreadyAssociated' })
    await expect(api.deleteRouteTable({ RouteTableId: tableId })).rejects.toMatchObject({
      code: 'DependencyViolation',
    })
    const { NewAssociationId } = await api.replaceRouteTableAssociation({
      AssociationId,
      RouteTableId: other?.RouteTableId,
    })
    await api.deleteRouteTable({ RouteTableId: tableId })
    await api.disassociateRouteTable({ AssociationId: NewAssociationId })
    await expect(
      api.disassociateRouteTable({ AssociationId: NewAssociationId }),
    ).rejects.toMatchObject({ code: 'InvalidAssociationID.NotFound' })
  })

  test('go through a NAT gateway with its own interface and address', async () => {
    const { api, vpcId, subnetId, tableId, gatewayId } = await publicVpc()
    const { AllocationId, PublicIp } = await api.allocateAddress({ Domain: 'vpc' })
    const { NatGateway } = await api.createNatGateway({ SubnetId: subnetId, AllocationId })
    expect(NatGateway?.State).toBe('pending')
    const NatGatewayId = NatGateway?.NatGatewayId
    const nats = await api.describeNatGateways({ Filter: [{ Name: 'vpc-id', Values: [vpcId] }] })
    expect(nats.NatGateways).toMatchObject([
      { State: 'available', NatGatewayAddresses: [{ PublicIp, PrivateIp: '10.0.1.4' }] },
    ])
    const interfaces = await api.describeNetworkInterfaces({})
    expect(interfaces.NetworkInterfaces).toMatchObject([
      { InterfaceType: 'nat_gateway', RequesterManaged: true, Association: { PublicIp } },
    ])
    await api.createRoute({
      RouteTableId: tableId,
      DestinationCidrBlock: '0.0.0.0/0',
      NatGatewayId,
    })
    await expect(api.releaseAddress({ AllocationId })).rejects.toMatchObject({
      code: 'InvalidIPAddress.InUse',
    })
    await expect(
      api.detachInternetGateway({ VpcId: vpcId, InternetGatewayId: gatewayId }),
    ).rejects.toMatchObject({ code: 'DependencyViolation' })
    await api.deleteNatGateway({ NatGatewayId })
    await api.releaseAddress({ AllocationId })
    expect((await api.describeNatGateways({})).NatGateways).toMatchObject([{ State: 'deleted' }])
    expect((await api.describeNetworkInterfaces({})).NetworkInterfaces).toEqual([])
  })

  test('fail a NAT gateway whose VPC has no internet gateway, and say so', async () => {
    const api = ec2()
    const SubnetId = await subnetOf(api, await vpcOf(api), '10.0.1.0/24')
    const { AllocationId } = await api.allocateAddress({})
    await api.createNatGateway({ SubnetId, AllocationId })
    expect((await api.describeNatGateways({})).NatGateways).toMatchObject([
      { State: 'failed', FailureCode: 'Gateway.NotAttached' },
    ])
  })

  test('to a gateway endpoint come and go with it', async () => {
    const { api, vpcId, tableId } = await publicVpc()
    const { VpcEndpoint } = await api.createVpcEndpoint({
      VpcId: vpcId,
      ServiceName: 'com.amazonaws.us-east-1.s3',
      RouteTableIds: [tableId],
    })
    const id = VpcEndpoint?.VpcEndpointId ?? ''
    const targets = async () => {
      const { RouteTables: [table] = [] } = await api.describeRouteTables({
        RouteTableIds: [tableId],
      })
      return table?.Routes?.map(({ GatewayId }) => GatewayId)
    }
    expect(await targets()).toEqual(['local', id])
    await api.modifyVpcEndpoint({ VpcEndpointId: id, RemoveRouteTableIds: [tableId] })
    expect(await targets()).toEqual(['local'])
    const { Unsuccessful } = await api.deleteVpcEndpoints({ VpcEndpointIds: [id, 'vpce-none'] })
    expect(Unsuccessful).toMatchObject([{ ResourceId: 'vpce-none' }])
  })
})

test('an interface endpoint has a network interface in each of its subnets', async () => {
  const api = ec2()
  const VpcId = await vpcOf(api)
  const first = await subnetOf(api, VpcId, '10.0.1.0/24')
  const second = await subnetOf(api, VpcId, '10.0.2.0/24')
  const { VpcEndpoint } = await api.createVpcEndpoint({
    VpcId,
    VpcEndpointType: 'Interface',
    ServiceName: 'com.amazonaws.us-east-1.secretsmanager',
    SubnetIds: [first, second],
  })
  const places = async () => {
    const { NetworkInterfaces = [] } = await api.describeNetworkInterfaces({})
    return NetworkInterfaces.map(({ SubnetId }) => SubnetId)
  }
  expect(await places()).toEqual([first, second])
  const { VpcEndpointId } = VpcEndpoint ?? {}
  await api.modifyVpcEndpoint({ VpcEndpointId, RemoveSubnetIds: [first] })
  expect(await places()).toEqual([second])
  await api.deleteVpcEndpoints({ VpcEndpointIds: [VpcEndpointId ?? ''] })
  expect(await places()).toEqual([])
})

test('tags go to what exists, and come back by filter', async () => {
  const api = ec2()
  const VpcId = await vpcOf(api)
  const Tags = [
    { Key: 'Name', Value: 'main' },
    { Key: 'env', Value: 'dev' },
  ]
  await api.createTags({ Resources: [VpcId], Tags })
  await api.deleteTags({ Resources: [VpcId], Tags: [{ Key: 'env' }] })
  const { Tags: found } = await api.describeTags({
    Filters: [{ Name: 'resource-type', Values: ['vpc'] }],
  })
  expect(found).toEqual([{ ResourceId: VpcId, ResourceType: 'vpc', Key: 'Name', Value: 'main' }])
  await expect(api.createTags({ Resources: ['vpc-none'], Tags })).rejects.toMatchObject({
    code: 'InvalidVpcID.NotFound',
  })
  await expect(
    api.createTags({ Resources: [VpcId], Tags: [{ Key: 'aws:x', Value: '' }] }),
  ).rejects.toMatchObject({ code: 'InvalidParameterValue' })
})
