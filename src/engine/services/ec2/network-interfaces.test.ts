import { describe, expect, test } from 'vitest'
import { testEngine } from '../../testing/test-engine.ts'
import { createEc2 } from './service.ts'

const USER = 'arn:aws:iam::000000000000:user/me'

async function withSubnet(CidrBlock = '10.0.0.0/28') {
  const engine = testEngine({ services: [createEc2] })
  const api = engine.calls('eu-west-1', USER).ec2
  const service = engine.calls('eu-west-1').ec2
  const { Vpc } = await api.createVpc({ CidrBlock: '10.0.0.0/16' })
  const { Subnet } = await api.createSubnet({ VpcId: Vpc?.VpcId, CidrBlock })
  const SubnetId = Subnet?.SubnetId
  const create = async (wish: object = {}) => {
    const { NetworkInterface } = await api.createNetworkInterface({ SubnetId, ...wish })
    return NetworkInterface
  }
  const read = async (id: string | undefined) => {
    const ids = { NetworkInterfaceIds: [id ?? ''] }
    return (await api.describeNetworkInterfaces(ids)).NetworkInterfaces?.[0]
  }
  return { engine, api, service, SubnetId, create, read }
}

describe('addresses of a subnet', () => {
  test('are given out in turn, without the five that AWS keeps', async () => {
    const { api, SubnetId, create } = await withSubnet()
    const given: (string | undefined)[] = []
    for (let i = 0; i < 11; i++) given.push((await create())?.PrivateIpAddress)
    expect(given).toEqual(Array.from({ length: 11 }, (_, i) => `10.0.0.${i + 4}`))
    await expect(create()).rejects.toMatchObject({ code: 'InsufficientFreeAddressesInSubnet' })
    const { Subnets } = await api.describeSubnets({ SubnetIds: [SubnetId ?? ''] })
    expect(Subnets?.[0]?.AvailableIpAddressCount).toBe(0)
  })

  test('come again only after all others', async () => {
    const { api, create } = await withSubnet()
    const first = await create()
    await api.deleteNetworkInterface({ NetworkInterfaceId: first?.NetworkInterfaceId })
    expect((await create())?.PrivateIpAddress).toBe('10.0.0.5')
  })

  test.each([
    ['10.0.0.1', 'InvalidParameterValue'],
    ['10.0.0.15', 'InvalidParameterValue'],
    ['10.0.9.9', 'InvalidParameterValue'],
    ['10.0.0.7', 'InvalidIPAddress.InUse'],
  ])('may be asked for, but not %s', async (PrivateIpAddress, code) => {
    const { create } = await withSubnet()
    await create({ PrivateIpAddress: '10.0.0.7' })
    await expect(create({ PrivateIpAddress })).rejects.toMatchObject({ code })
  })
})

describe('a network interface', () => {
  test('has the default group, a hardware address and a private name', async () => {
    const { api, create } = await withSubnet()
    const created = await create({ Description: 'mine' })
    expect(created).toMatchObject({
      Description: 'mine',
      Status: 'available',
      InterfaceType: 'interface',
      RequesterManaged: false,
      PrivateDnsName: 'ip-10-0-0-4.eu-west-1.compute.internal',
      MacAddress: expect.stringMatching(/^02(:[0-9a-f]{2}){5}$/),
      Groups: [{ GroupName: 'default' }],
    })
    const Filters = [
      { Name: 'vpc-id', Values: [created?.VpcId ?? ''] },
      { Name: 'addresses.private-ip-address', Values: ['10.0.0.4'] },
    ]
    const found = await api.describeNetworkInterfaces({ Filters })
    expect(found.NetworkInterfaces).toMatchObject([
      { NetworkInterfaceId: created?.NetworkInterfaceId },
    ])
  })

  test("of a service is in use once the service attaches it, and not the user's", async () => {
    const { api, service, SubnetId, read } = await withSubnet()
    const { NetworkInterface } = await service.createNetworkInterface({ SubnetId })
    const { NetworkInterfaceId } = NetworkInterface ?? {}
    expect(NetworkInterface).toMatchObject({ RequesterManaged: true, Status: 'available' })
    const Attachment = { AttachmentId: 'eni-attach-1', DeleteOnTermination: true }
    await service.modifyNetworkInterfaceAttribute({ NetworkInterfaceId, Attachment })
    expect(await read(NetworkInterfaceId)).toMatchObject({
      Status: 'in-use',
      Attachment: { AttachmentId: 'eni-attach-1', InstanceOwnerId: 'amazon-aws' },
    })
    await expect(api.deleteNetworkInterface({ NetworkInterfaceId })).rejects.toMatchObject({
      code: 'OperationNotPermitted',
    })
    await service.deleteNetworkInterface({ NetworkInterfaceId })
  })

  test('changes its groups and its public address', async () => {
    const { api, create, read } = await withSubnet()
    const created = await create()
    const { NetworkInterfaceId, VpcId } = created ?? {}
    const { GroupId = '' } = await api.createSecurityGroup({
      GroupName: 'app',
      Description: 'app',
      VpcId,
    })
    const change = { NetworkInterfaceId, Groups: [GroupId], AssociatePublicIpAddress: true }
    await api.modifyNetworkInterfaceAttribute(change)
    expect(await read(NetworkInterfaceId)).toMatchObject({
      Groups: [{ GroupId, GroupName: 'app' }],
      Association: { PublicIp: expect.stringMatching(/^198\.1[89]\./), IpOwnerId: 'amazon' },
    })
    await api.modifyNetworkInterfaceAttribute({
      NetworkInterfaceId,
      AssociatePublicIpAddress: false,
    })
    expect((await read(NetworkInterfaceId))?.Association).toBeUndefined()
  })

  test("of another VPC's group is refused", async () => {
    const { api, create } = await withSubnet()
    const { SecurityGroups = [] } = await api.describeSecurityGroups({})
    const foreign = SecurityGroups[0]?.GroupId
    await expect(create({ Groups: [foreign] })).rejects.toMatchObject({
      code: 'InvalidGroup.NotFound',
    })
  })

  test('tells the network when its groups change, and not when it comes', async () => {
    let told = 0
    const network = {
      bind: () => ({ release: () => {} }),
      connect: () => Promise.reject(new Error('nobody connects here')),
      setName: () => {},
      resolve: () => undefined,
      policyChanged: () => {
        told += 1
      },
    }
    const api = testEngine({ services: [createEc2], network }).calls('eu-west-1').ec2
    const { Subnets: [subnet] = [] } = await api.describeSubnets({})
    const { SecurityGroups: [group] = [] } = await api.describeSecurityGroups({})
    told = 0
    const { NetworkInterface } = await api.createNetworkInterface({ SubnetId: subnet?.SubnetId })
    expect(told).toBe(0)
    await api.modifyNetworkInterfaceAttribute({
      NetworkInterfaceId: NetworkInterface?.NetworkInterfaceId,
      Groups: [group?.GroupId ?? ''],
    })
    await api.revokeSecurityGroupEgress({
      GroupId: group?.GroupId,
      IpPermissions: group?.IpPermissionsEgress,
    })
    expect(told).toBe(2)
  })

  test('keeps its address when the engine starts again', async () => {
    const { engine, create, SubnetId } = await withSubnet()
    await create()
    const again = testEngine({ services: [createEc2], store: engine.store }).calls('eu-west-1').ec2
    const { NetworkInterface } = await again.createNetworkInterface({ SubnetId })
    expect(NetworkInterface?.PrivateIpAddress).toBe('10.0.0.5')
  })
})
