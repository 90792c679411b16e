import { pascal } from '../system/normalize/names.ts'
import type { LogGroupModel, SystemModel, TargetGroupModel } from '../system/system-model.ts'
import { ref, type Value } from './cloudformation.ts'

/** Logical ids of what a service becomes. */
export function serviceIds(service: string) {
  const name = pascal(service)
  return {
    service: `${name}Service`,
    taskDefinition: `${name}TaskDefinition`,
    securityGroup: `${name}SecurityGroup`,
    executionRole: `${name}ExecutionRole`,
    taskRole: `${name}TaskRole`,
    scalableTarget: `${name}ScalableTarget`,
    scaling: (metric: string) => `${name}${metric}Scaling`,
    alarm: (alarm: string) => `${name}${alarm}Alarm`,
    logGroup: ({ container }: LogGroupModel) => `${name}${pascal(container ?? '')}LogGroup`,
    targetGroup: (group: TargetGroupModel | string) =>
      `${name}${typeof group === 'string' ? group : group.name}TargetGroup`,
    oneOffTaskDefinition: (oneOff: string) => `${name}${pascal(oneOff)}TaskDefinition`,
    oneOff: (oneOff: string, fingerprint: string) => `${name}${pascal(oneOff)}${fingerprint}`,
    ingress: (from: string, port: number) => `${name}From${pascal(from)}${port}`,
  }
}

/** Logical ids of what a database becomes. */
export function databaseIds(database: string) {
  const name = pascal(database)
  return {
    instance: `${name}Instance`,
    subnetGroup: `${name}SubnetGroup`,
    securityGroup: `${name}SecurityGroup`,
    secret: `${name}Secret`,
    secretAttachment: `${name}SecretAttachment`,
    alarm: (alarm: string) => `${name}${alarm}Alarm`,
    ingress: (service: string) => `${name}From${pascal(service)}`,
  }
}

export function loadBalancerIds(loadBalancer: string) {
  const name = `${pascal(loadBalancer)}LoadBalancer`
  return {
    loadBalancer: name,
    securityGroup: `${name}SecurityGroup`,
    listener: (port: number) => `${pascal(loadBalancer)}Listener${port}`,
    rule: (port: number, priority: number) =>
      `${pascal(loadBalancer)}Listener${port}Rule${priority}`,
  }
}

export function secretId(secret: string): string {
  return `${pascal(secret)}Secret`
}

export function topicId(topic: string): string {
  return `${pascal(topic)}Topic`
}

export const CLUSTER = 'Cluster'

/** Name of the cluster that services run in. */
export function clusterName({ cluster }: SystemModel): Value {
  return cluster.kind === 'new' ? ref(CLUSTER) : cluster.name
}

export const NETWORK = {
  vpc: 'Vpc',
  internetGateway: 'InternetGateway',
  gatewayAttachment: 'InternetGatewayAttachment',
  publicRouteTable: 'PublicRouteTable',
  publicRoute: 'PublicRoute',
  subnet: (kind: 'public' | 'private', zone: number) => `${pascal(kind)}Subnet${zone}`,
  association: (kind: 'public' | 'private', zone: number) =>
    `${pascal(kind)}Subnet${zone}RouteTableAssociation`,
  privateRouteTable: (zone: number) => `PrivateRouteTable${zone}`,
  privateRoute: (zone: number) => `PrivateRoute${zone}`,
  natGateway: (zone: number) => `NatGateway${zone}`,
  natAddress: (zone: number) => `NatGateway${zone}Address`,
} as const

export function vpcId({ network }: SystemModel): Value {
  return network.kind === 'new' ? ref(NETWORK.vpc) : network.vpcId
}

/** Logical ids of the subnets, or their ids when they existed before. */
export function subnetNames({ network }: SystemModel, kind: 'public' | 'private'): string[] {
  const subnets = kind === 'public' ? network.publicSubnets : network.privateSubnets
  if (network.kind === 'existing') return [...subnets]
  return subnets.map((_, i) => NETWORK.subnet(kind, i + 1))
}

export function subnetIds(model: SystemModel, kind: 'public' | 'private'): Value[] {
  const names = subnetNames(model, kind)
  return model.network.kind === 'new' ? names.map(ref) : names
}

/** The routes without which a subnet of that kind has no way out. */
export function routesOut({ network }: SystemModel, kind: 'public' | 'private'): string[] {
  if (network.kind === 'existing') return []
  if (kind === 'public') return [NETWORK.publicRoute]
  if (network.nat === 'none') return []
  return network.privateSubnets.map((_, i) => NETWORK.privateRoute(i + 1))
}
