import {
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Connection } from './connection.ts'
import type { DeployedRoute, DeployedService } from './deployed-system.ts'

/** A listener that answers elsewhere than its load balancer's DNS name and port says so here. */
const URL_TAG = 'longshore:url'
const DEFAULT_PORTS: Record<string, number> = { HTTP: 80, HTTPS: 443 }

/** Service name → the URLs at which clients reach it, in the order of the definition. */
export async function serviceUrls(
  connection: Connection,
  services: readonly DeployedService[],
): Promise<Record<string, string[]>> {
  const routes = services.flatMap((service) => service.routes)
  if (routes.length === 0) return Object.fromEntries(services.map(({ name }) => [name, []]))
  const client = await connection.elbv2()
  const [balancers, tags] = await Promise.all([
    client.send(
      new DescribeLoadBalancersCommand({
        LoadBalancerArns: distinct(routes.map(({ loadBalancerArn }) => loadBalancerArn)),
      }),
    ),
    client.send(
      new DescribeTagsCommand({
        ResourceArns: distinct(routes.map(({ listenerArn }) => listenerArn)),
      }),
    ),
  ])
  const hosts = new Map(
    (balancers.LoadBalancers ?? []).map(({ LoadBalancerArn, DNSName }) => [
      LoadBalancerArn,
      DNSName ?? '',
    ]),
  )
  const told = new Map(
    (tags.TagDescriptions ?? []).map(({ ResourceArn, Tags }) => [
      ResourceArn,
      Tags?.find(({ Key }) => Key === URL_TAG)?.Value,
    ]),
  )
  return Object.fromEntries(
    services.map((service) => [
      service.name,
      distinct(
        service.routes.map((route) =>
          urlOf(route, told.get(route.listenerArn), hosts.get(route.loadBalancerArn) ?? ''),
        ),
      ),
    ]),
  )
}

function urlOf(route: DeployedRoute, told: string | undefined, host: string): string {
  const path = (route.path ?? '/').replace(/\*.*$/, '')
  if (told !== undefined) return `${told.replace(/\/$/, '')}${path}`
  const scheme = route.protocol.toLowerCase()
  const port = DEFAULT_PORTS[route.protocol] === route.port ? '' : `:${route.port}`
  const suffix = scheme.startsWith('http') ? path : ''
  return `${scheme}://${route.host ?? host}${port}${suffix}`
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
