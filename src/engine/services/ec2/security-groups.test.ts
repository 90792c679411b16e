import { describe, expect, test } from 'vitest'
import { testEngine } from '../../testing/test-engine.ts'
import { createEc2 } from './service.ts'

const WEB = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }

async function withGroup() {
  const api = testEngine({ services: [createEc2] }).calls().ec2
  const { GroupId = '' } = await api.createSecurityGroup({ GroupName: 'web', Description: 'web' })
  const group = async () => {
    const { SecurityGroups = [] } = await api.describeSecurityGroups({ GroupIds: [GroupId] })
    return SecurityGroups[0]
  }
  return { api, GroupId, group }
}

describe('a security group', () => {
  test('lets everything out and nothing in at first', async () => {
    const { group } = await withGroup()
    expect(await group()).toMatchObject({
      IpPermissions: [],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    })
  })

  test('has a name of its own in its VPC', async () => {
    const { api, group } = await withGroup()
    const { VpcId } = (await group()) ?? {}
    await expect(
      api.createSecurityGroup({ GroupName: 'web', Description: 'again' }),
    ).rejects.toMatchObject({
      code: 'InvalidGroup.Duplicate',
      message: `The security group 'web' already exists for VPC '${VpcId}'`,
    })
  })

  test('is not deleted while an interface or a rule of another group names it', async () => {
    const { api, GroupId } = await withGroup()
    const { Subnets: [subnet] = [] } = await api.describeSubnets({})
    const { NetworkInterface } = await api.createNetworkInterface({
      SubnetId: subnet?.SubnetId,
      Groups: [GroupId],
    })
    const dependent = {
      code: 'DependencyViolation',
      message: `resource ${GroupId} has a dependent object`,
    }
    await expect(api.deleteSecurityGroup({ GroupId })).rejects.toMatchObject(dependent)
    await api.deleteNetworkInterface({ NetworkInterfaceId: NetworkInterface?.NetworkInterfaceId })
    const { GroupId: other } = await api.createSecurityGroup({ GroupName: 'db', Description: 'db' })
    const IpPermissions = [
      { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId }] },
    ]
    await api.authorizeSecurityGroupIngress({ GroupId: other, IpPermissions })
    await expect(api.deleteSecurityGroup({ GroupId })).rejects.toMatchObject(dependent)
    await api.revokeSecurityGroupIngress({ GroupId: other, IpPermissions })
    await api.deleteSecurityGroup({ GroupId })
  })

  test('of the name default stays', async () => {
    const { api } = await withGroup()
    await expect(api.deleteSecurityGroup({ GroupName: 'default' })).rejects.toMatchObject({
      code: 'CannotDelete',
    })
  })
})

describe('rules', () => {
  test('are kept one a peer, and shown one a port range', async () => {
    const { api, GroupId, group } = await withGroup()
    const IpPermissions = [
      {
        ...WEB,
        IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'inside' }, { CidrIp: '192.0.2.0/24' }],
      },
      { IpProtocol: '6', FromPort: 80, ToPort: 80, Ipv6Ranges: [{ CidrIpv6: '::/0' }] },
    ]
    const { SecurityGroupRules } = await api.authorizeSecurityGroupIngress({
      GroupId,
      IpPermissions,
    })
    expect(SecurityGroupRules).toHaveLength(3)
    expect((await group())?.IpPermissions).toEqual([
      {
        IpProtocol: 'tcp',
        FromPort: 80,
        ToPort: 80,
        IpRanges: [
          { CidrIp: '10.0.0.0/8', Description: 'inside' },
          { CidrIp: '192.0.2.0/24', Description: undefined },
        ],
        Ipv6Ranges: [{ CidrIpv6: '::/0', Description: undefined }],
        PrefixListIds: [],
        UserIdGroupPairs: [],
      },
    ])
    const rules = await api.describeSecurityGroupRules({
      Filters: [{ Name: 'group-id', Values: [GroupId] }],
    })
    expect(rules.SecurityGroupRules?.map(({ IsEgress }) => IsEgress)).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  test('come once', async () => {
    const { api, GroupId } = await withGroup()
    await api.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [WEB] })
    await expect(
      api.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [WEB] }),
    ).rejects.toMatchObject({
      code: 'InvalidPermission.Duplicate',
      message:
        'the specified rule "peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW" already exists',
    })
  })

  test('go by permission or by id, and only when they are there', async () => {
    const { api, GroupId, group } = await withGroup()
    const { SecurityGroupRules } = await api.authorizeSecurityGroupIngress({
      GroupId,
      IpPermissions: [WEB],
    })
    const all = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]
    await api.revokeSecurityGroupEgress({ GroupId, IpPermissions: all })
    const [rule] = SecurityGroupRules ?? []
    const ids = [rule?.SecurityGroupRuleId ?? '']
    await api.revokeSecurityGroupIngress({ GroupId, SecurityGroupRuleIds: ids })
    expect(await group()).toMatchObject({ IpPermissions: [], IpPermissionsEgress: [] })
    await expect(
      api.revokeSecurityGroupIngress({ GroupId, IpPermissions: [WEB] }),
    ).rejects.toMatchObject({ code: 'InvalidPermission.NotFound' })
  })

  test('change in place', async () => {
    const { api, GroupId, group } = await withGroup()
    const { SecurityGroupRules: [rule] = [] } = await api.authorizeSecurityGroupIngress({
      GroupId,
      IpPermissions: [WEB],
    })
    const SecurityGroupRule = {
      IpProtocol: 'tcp',
      FromPort: 443,
      ToPort: 443,
      CidrIpv4: '10.0.0.0/8',
      Description: 'tls',
    }
    await api.modifySecurityGroupRules({
      GroupId,
      SecurityGroupRules: [{ SecurityGroupRuleId: rule?.SecurityGroupRuleId, SecurityGroupRule }],
    })
    expect((await group())?.IpPermissions).toMatchObject([
      { FromPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'tls' }] },
    ])
  })

  test.each([
    [{ ...WEB, FromPort: 90 }, /port range .90:80./],
    [{ ...WEB, IpRanges: [{ CidrIp: '10.0.0.0' }] }, /^CIDR block 10.0.0.0 is malformed$/],
    [{ ...WEB, IpProtocol: 'teapot' }, /Unknown protocol/],
  ])('are refused when they make no sense (%#)', async (permission, message) => {
    const { api, GroupId } = await withGroup()
    await expect(
      api.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [permission] }),
    ).rejects.toMatchObject({
      code: 'InvalidParameterValue',
      message: expect.stringMatching(message),
    })
  })

  test('name only groups that exist', async () => {
    const { api, GroupId } = await withGroup()
    const IpPermissions = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-none' }] }]
    await expect(
      api.authorizeSecurityGroupIngress({ GroupId, IpPermissions }),
    ).rejects.toMatchObject({
      code: 'InvalidGroup.NotFound',
      message: "The security group 'sg-none' does not exist",
    })
  })
})
