import type {
  DescribeLoadBalancerAttributesCommandInput,
  DescribeLoadBalancerAttributesCommandOutput,
  ModifyLoadBalancerAttributesCommandInput,
  ModifyLoadBalancerAttributesCommandOutput,
  SetIpAddressTypeCommandInput,
  SetIpAddressTypeCommandOutput,
  SetSecurityGroupsCommandInput,
  SetSecurityGroupsCommandOutput,
  SetSubnetsCommandInput,
  SetSubnetsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Call, OperationTable, Output } from '../../service.ts'
import { attributeList, changeAttributes } from '../attributes.ts'
import { invalidConfiguration, validationError } from '../errors.ts'
import {
  createInterfaces,
  deleteInterfaces,
  readSecurityGroups,
  readSubnets,
} from '../interfaces.ts'
import type { LoadBalancing } from '../load-balancing.ts'
import type { LoadBalancerRecord } from '../records.ts'
import { zonesOf } from './load-balancers.ts'

export function loadBalancerSettingOperations(balancing: LoadBalancing): OperationTable {
  const { state, context } = balancing
  return {
    DescribeLoadBalancerAttributes: (
      input: DescribeLoadBalancerAttributesCommandInput,
      call: Call,
    ): Output<DescribeLoadBalancerAttributesCommandOutput> => {
      const { attributes } = state.loadBalancer(call.region, input.LoadBalancerArn)
      return { Attributes: attributeList(attributes) }
    },

    ModifyLoadBalancerAttributes: (
      input: ModifyLoadBalancerAttributesCommandInput,
      call: Call,
    ): Output<ModifyLoadBalancerAttributesCommandOutput> => {
      const record = state.loadBalancer(call.region, input.LoadBalancerArn)
      const kind = record.type === 'network' ? 'network' : 'application'
      const attributes = changeAttributes(kind, record.attributes, input.Attributes ?? [])
      balancing.putLoadBalancer({ ...record, attributes })
      return { Attributes: attributeList(attributes) }
    },

    SetSecurityGroups: async (
      input: SetSecurityGroupsCommandInput,
      call: Call,
    ): Promise<Output<SetSecurityGroupsCommandOutput>> => {
      const record = state.loadBalancer(call.region, input.LoadBalancerArn)
      if ((input.SecurityGroups ?? []).length === 0) {
        throw validationError('At least one security group must be specified')
      }
      if (record.type === 'network' && record.securityGroups.length === 0) {
        throw invalidConfiguration(
          'Security groups cannot be set on a Network Load Balancer that was created without them',
        )
      }
      const calls = context.calls(call.region)
      const securityGroups = await readSecurityGroups(calls, input.SecurityGroups, record.vpcId)
      for (const { networkInterfaceId } of record.interfaces) {
        await calls.ec2.modifyNetworkInterfaceAttribute({
          NetworkInterfaceId: networkInterfaceId,
          Groups: securityGroups,
        })
      }
      balancing.putLoadBalancer({ ...record, securityGroups })
      return { SecurityGroupIds: securityGroups }
    },

    SetSubnets: async (
      input: SetSubnetsCommandInput,
      call: Call,
    ): Promise<Output<SetSubnetsCommandOutput>> => {
      const changed = await moveToSubnets(balancing, input, call)
      return { AvailabilityZones: zonesOf(changed), IpAddressType: changed.ipAddressType }
    },

    SetIpAddressType: (
      input: SetIpAddressTypeCommandInput,
      call: Call,
    ): Output<SetIpAddressTypeCommandOutput> => {
      const record = state.loadBalancer(call.region, input.LoadBalancerArn)
      const ipAddressType = input.IpAddressType ?? 'ipv4'
      if (record.scheme === 'internal' && ipAddressType !== 'ipv4') {
        throw invalidConfiguration('Internal load balancers must use the IP address type ipv4')
      }
      balancing.putLoadBalancer({ ...record, ipAddressType })
      return { IpAddressType: ipAddressType }
    },
  }
}

/** Makes interfaces in the subnets that are new and gives back those in the others. */
async function moveToSubnets(
  balancing: LoadBalancing,
  input: SetSubnetsCommandInput,
  call: Call,
): Promise<LoadBalancerRecord> {
  const { state, context } = balancing
  const record = state.loadBalancer(call.region, input.LoadBalancerArn)
  const ids = input.Subnets ?? (input.SubnetMappings ?? []).map((each) => each.SubnetId ?? '')
  const calls = context.calls(call.region)
  const subnets = await readSubnets(calls, ids, record.type)
  if (subnets.some(({ VpcId }) => VpcId !== record.vpcId)) {
    throw invalidConfiguration("The subnets must belong to the load balancer's VPC")
  }
  const kept = record.interfaces.filter(({ subnetId }) => ids.includes(subnetId))
  const added = subnets.filter(
    ({ SubnetId }) => !kept.some(({ subnetId }) => subnetId === SubnetId),
  )
  const made = await createInterfaces(calls, added, record)
  const changed = { ...record, interfaces: [...kept, ...made] }
  balancing.putLoadBalancer(changed)
  await deleteInterfaces(
    calls,
    record.interfaces.filter(({ subnetId }) => !ids.includes(subnetId)),
  )
  return changed
}
