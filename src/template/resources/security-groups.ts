import type {
  DatabaseModel,
  LoadBalancerModel,
  ServiceModel,
  SystemModel,
} from '../../system/system-model.ts'
import { getAtt, nameTag, type Resource, type Resources, type Value } from '../cloudformation.ts'
import { databaseIds, loadBalancerIds, serviceIds, vpcId } from '../logical-ids.ts'

/**
 * Load balancer → service → database: each lets in the one before it and nobody else. The rules are
 * resources of their own, so that groups that name each other make no cycle.
 */
export function securityGroupResources(model: SystemModel): Resources {
  const groups = [
    ...model.loadBalancers.map((each) => loadBalancerGroup(each, model)),
    ...model.services.map((each) => serviceGroup(each, model)),
    ...model.databases.map((each) => databaseGroup(each, model)),
  ]
  const rules = [
    ...model.services.map(fromLoadBalancers),
    ...model.services.map((each) => toDatabases(each, model)),
  ]
  return Object.assign({}, ...groups, ...rules)
}

/** Logical ids of the rules that let a service in to its databases. */
export function databaseAccess({ name, databases }: ServiceModel): string[] {
  return databases.map((database) => databaseIds(database).ingress(name))
}

function loadBalancerGroup(balancer: LoadBalancerModel, model: SystemModel): Resources {
  const { listeners, allow, name } = balancer
  const ports = listeners.map(({ port }) => port)
  return {
    [loadBalancerIds(name).securityGroup]: group(model, `load balancer ${name}`, {
      SecurityGroupIngress: ports.flatMap((port) =>
        allow.map((CidrIp) => ({
          IpProtocol: 'tcp',
          FromPort: port,
          ToPort: port,
          CidrIp,
          Description: `clients on port ${port}`,
        })),
      ),
    }),
  }
}

function serviceGroup({ name }: ServiceModel, model: SystemModel): Resources {
  return { [serviceIds(name).securityGroup]: group(model, `service ${name}`) }
}

function databaseGroup({ name }: DatabaseModel, model: SystemModel): Resources {
  return { [databaseIds(name).securityGroup]: group(model, `database ${name}`) }
}

function fromLoadBalancers({ name, targetGroups }: ServiceModel): Resources {
  const ids = serviceIds(name)
  const rules: Record<string, Resource> = {}
  for (const { loadBalancer, existing, port } of targetGroups) {
    const own = loadBalancer && getAtt(loadBalancerIds(loadBalancer).securityGroup, 'GroupId')
    const source = own ?? existing?.securityGroup
    if (source === undefined || source === '') continue
    const from = loadBalancer === undefined ? String(source) : `${loadBalancer}-load-balancer`
    rules[ids.ingress(from, port)] = ingress(ids.securityGroup, port, {
      source,
      description: `load balancer ${loadBalancer ?? String(source)}`,
    })
  }
  return rules
}

function toDatabases(service: ServiceModel, { databases }: SystemModel): Resources {
  const source = getAtt(serviceIds(service.name).securityGroup, 'GroupId')
  const used = databases.filter(({ name }) => service.databases.includes(name))
  return Object.fromEntries(
    used.map(({ name, port }) => {
      const ids = databaseIds(name)
      const rule = ingress(ids.securityGroup, port, {
        source,
        description: `service ${service.name}`,
      })
      return [ids.ingress(service.name), rule]
    }),
  )
}

function group(model: SystemModel, what: string, properties: object = {}): Resource {
  return {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      GroupDescription: `${model.prefix}: ${what}`,
      VpcId: vpcId(model),
      ...properties,
      Tags: nameTag(`${model.prefix}-${what.split(' ').at(-1) ?? ''}`),
    },
  }
}

function ingress(
  group: string,
  port: number,
  { source, description }: { source: Value; description: string },
): Resource {
  return {
    Type: 'AWS::EC2::SecurityGroupIngress',
    Properties: {
      GroupId: getAtt(group, 'GroupId'),
      IpProtocol: 'tcp',
      FromPort: port,
      ToPort: port,
      SourceSecurityGroupId: source,
      Description: description,
    },
  }
}
