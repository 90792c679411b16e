import type { Ec2State } from './ec2-state.ts'
import { natGatewayState } from './fields.ts'

/** Id prefix → the member of a route that names such a target. */
const TARGET_MEMBERS = {
  igw: 'GatewayId',
  vgw: 'GatewayId',
  vpce: 'GatewayId',
  nat: 'NatGatewayId',
  eni: 'NetworkInterfaceId',
  tgw: 'TransitGatewayId',
  pcx: 'VpcPeeringConnectionId',
  eigw: 'EgressOnlyInternetGatewayId',
} as const

/** The member of a route in which a target of that kind stands; `local` is a gateway too. */
export function targetMember(target: string): string {
  const prefix = target.slice(0, target.indexOf('-'))
  return TARGET_MEMBERS[prefix as keyof typeof TARGET_MEMBERS] ?? 'GatewayId'
}

/** Whether a route's target is there; routes to what is gone are black holes. */
export function isActive(state: Ec2State, region: string, target: string): boolean {
  if (target === 'local') return true
  switch (target.slice(0, target.indexOf('-'))) {
    case 'igw':
      return state.internetGateways.find(region, target)?.vpcId !== undefined
    case 'nat': {
      const gateway = state.natGateways.find(region, target)
      return gateway !== undefined && natGatewayState(gateway) === 'available'
    }
    case 'eni':
      return state.networkInterfaces.find(region, target)?.attachment !== undefined
    case 'vpce':
      return state.vpcEndpoints.find(region, target) !== undefined
    default:
      return false
  }
}
