import { LAST_PORT, PROTOCOLS } from './opening.ts'
import {
  addressKey,
  type GroupFacts,
  type InterfaceFacts,
  type RouteFacts,
  type RuleFacts,
  type VpcFacts,
} from './vpc-facts.ts'

export const VPC = 'vpc-1'

export function tcp(port: number, from: Partial<Omit<RuleFacts, 'openings'>>): RuleFacts {
  const openings = [{ protocol: 'tcp', fromPort: port, toPort: port } as const]
  return { openings, cidrs: [], groupIds: [], ...from }
}

export const ANYTHING_OUT: RuleFacts = {
  openings: PROTOCOLS.map((protocol) => ({ protocol, fromPort: 0, toPort: LAST_PORT })),
  cidrs: ['0.0.0.0/0'],
  groupIds: [],
}

/** Facts about a VPC: address → groups, groups, and where its one subnet sends the internet. */
export function vpcFacts(options: {
  interfaces: Readonly<Record<string, readonly string[]>>
  groups?: Readonly<Record<string, Partial<Omit<GroupFacts, 'groupId'>>>>
  internet?: RouteFacts
  publicIps?: Readonly<Record<string, string>>
}): VpcFacts {
  const interfaces = Object.entries(options.interfaces).map(([privateIp, groupIds]) => {
    const facts: InterfaceFacts = {
      interfaceId: `eni-${privateIp}`,
      vpcId: VPC,
      subnetId: 'subnet-1',
      privateIp,
      groupIds,
      publicIp: options.publicIps?.[privateIp],
    }
    return [addressKey(VPC, privateIp), facts] as const
  })
  const groups = Object.entries(options.groups ?? {}).map(
    ([groupId, rules]) =>
      [groupId, { groupId, ingress: [], egress: [ANYTHING_OUT], ...rules }] as const,
  )
  const local: RouteFacts = { cidr: '10.0.0.0/16', target: 'local', kind: 'local' }
  const routes = [local, ...(options.internet === undefined ? [] : [options.internet])]
  return {
    interfaces: new Map(interfaces),
    groups: new Map(groups),
    routes: new Map([['subnet-1', { routeTableId: 'rtb-1', routes }]]),
    cidrs: new Map([[VPC, ['10.0.0.0/16']]]),
  }
}
