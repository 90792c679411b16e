import type { SystemModel } from '../system/system-model.ts'
import { pascal } from '../system/normalize/names.ts'
import { getAtt, type Output, sub } from './cloudformation.ts'
import { clusterName, databaseIds, loadBalancerIds, serviceIds } from './logical-ids.ts'
import { ref } from './cloudformation.ts'

const DEFAULT_PORTS: Readonly<Record<string, number>> = { HTTP: 80, HTTPS: 443 }

/** What people and scripts want to know of a system that stands. */
export function outputsOf(model: SystemModel): Readonly<Record<string, Output>> {
  return {
    ...Object.assign({}, ...model.loadBalancers.map(urlOutputs)),
    ClusterName: { Description: 'ECS cluster', Value: clusterName(model) },
    ...Object.assign({}, ...model.services.map(serviceOutputs)),
    ...Object.assign({}, ...model.databases.map(databaseOutputs)),
  }
}

function urlOutputs({ name, listeners }: SystemModel['loadBalancers'][number]) {
  const main = listeners.find(({ protocol }) => protocol === 'HTTPS') ?? listeners[0]
  if (main === undefined) return {}
  const { port, protocol } = main
  const suffix = DEFAULT_PORTS[protocol] === port ? '' : `:${port}`
  const host = `\${${loadBalancerIds(name).loadBalancer}.DNSName}`
  const url: Output = {
    Description: `URL of the load balancer ${name}`,
    Value: sub(`${protocol.toLowerCase()}://${host}${suffix}`),
  }
  return { [`${pascal(name)}Url`]: url }
}

function serviceOutputs(service: SystemModel['services'][number]): Record<string, Output> {
  const ids = serviceIds(service.name)
  const built = service.containers.flatMap(({ image }) => (image.kind === 'build' ? [image] : []))
  return {
    [`${ids.service}Name`]: {
      Description: `ECS service of ${service.name}`,
      Value: getAtt(ids.service, 'Name'),
    },
    ...Object.fromEntries(
      service.logGroups.map((group) => [
        `${ids.logGroup(group)}Name`,
        {
          Description: `Log group of ${group.container ?? service.name}`,
          Value: ref(ids.logGroup(group)),
        },
      ]),
    ),
    ...Object.fromEntries(
      built.map(({ parameter, repository }) => [
        `${parameter.replace(/Image$/, '')}RepositoryUri`,
        {
          Description: `ECR repository ${repository}`,
          Value: sub(`\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.\${AWS::URLSuffix}/${repository}`),
        },
      ]),
    ),
  }
}

function databaseOutputs({ name }: SystemModel['databases'][number]): Record<string, Output> {
  const { instance, secret } = databaseIds(name)
  return {
    [`${pascal(name)}Endpoint`]: {
      Description: `Address of the database ${name}`,
      Value: sub(`\${${instance}.Endpoint.Address}:\${${instance}.Endpoint.Port}`),
    },
    [`${pascal(name)}SecretArn`]: {
      Description: `Credentials of the database ${name}`,
      Value: ref(secret),
    },
  }
}
