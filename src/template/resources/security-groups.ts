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
    [loadBalancerIds(name).securityGroup]: securityGroup(model, `load balancer ${name}`, {
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
  return { [serviceIds(name).securityGroup]: securityGroup(model, `service ${name}`) }
}

function databaseGroup({ name }: DatabaseModel, model: SystemModel): Resources {
  return { [databaseIds(name).securityGroup]: securityGroup(model, `database ${name}`) }
}

function fromLoadBalancers({ name, targetGroups }: ServiceModel): Resources {
  const ids = serviceIds(name)
  const rules: Record<string, Resource> = {}
  for (const { loadBalancer, existing, port } of targetGroups) {
    if (loadBalancer !== undefined) {
      rules[ids.ingress(`${loadBalancer}-load-balancer`, port)] = ingress(ids.securityGroup, port, {
        source: getAtt(loadBalancerIds(loadBalancer).securityGroup, 'GroupId'),
        description: `load balancer ${loadBalancer}`,
      })
    } else if (existing?.securityGroup !== undefined) {
      rules[ids.ingress(existing.securityGroup, port)] = ingress(ids.securityGroup, port, {
        source: existing.securityGroup,
        description: `load balancer behind ${existing.securityGroup}`,
      })
    }
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

function securityGroup(model: SystemModel, what: string, properties: object = {}): Resource {
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
