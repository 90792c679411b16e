import type { Inventory } from '../collect.ts'
import { DEFAULT_LOAD_BALANCER } from '../normalize/normalize-exposure.ts'
import type { Problem } from '../problem.ts'
import type { Service } from '../service.ts'
import { checkAlarms } from './check-alarms.ts'
import { checkContainers } from './check-containers.ts'
import { checkDeployment } from './check-deployment.ts'
import { checkExposures, checkListeners } from './check-exposures.ts'
import { checkNames } from './check-names.ts'
import { checkExistingVpc, checkNetwork } from './check-network.ts'
import { checkScaling } from './check-scaling.ts'
import { checkSecret } from './check-secret.ts'
import { checkTaskSize } from './check-task-size.ts'
import type { Check } from './checks.ts'
import {
  alarmTopicShape,
  clusterShape,
  existingVpcShape,
  loadBalancerShape,
  networkShape,
  postgresShape,
  rawShape,
  secretShape,
} from './resource-shapes.ts'
import { serviceShape } from './service-shape.ts'

const SERVICE_CHECKS = [
  checkTaskSize,
  checkContainers,
  checkExposures,
  checkScaling,
  checkDeployment,
]

/**
 * Adds every mistake of a definition to `problems`. What is not built as its type says is not
 * looked at more closely.
 */
export function checkInventory(
  inventory: Inventory,
  names: { system: string; environment: string },
  problems: Problem[],
): void {
  problems.push(...checkNames(inventory, names))
  const services = soundServices(inventory, problems)
  checkShared({ ...inventory, services }, problems)
  checkServices(services, inventory, problems)
  for (const { name, options } of inventory.databases) {
    shape(postgresShape, options, `databases.${name}`, problems)
  }
  for (const each of inventory.secrets) {
    const place = `secrets.${each.name}`
    if (shape(secretShape, each.options, place, problems))
      problems.push(...checkSecret(each, place))
  }
  for (const { logicalId, resource } of inventory.raw) checkRaw(logicalId, resource, problems)
}

function soundServices({ services }: Inventory, problems: Problem[]): Service[] {
  if (services.length === 0) {
    problems.push({
      code: 'no-services',
      place: 'services',
      message: 'the system has no service.',
      next: "Return at least one: service('api', { … }).",
    })
  }
  return services.filter(({ name, options }) =>
    shape(serviceShape, options, `services.${name}`, problems),
  )
}

function checkServices(
  services: readonly Service[],
  { loadBalancers, clusters }: Inventory,
  problems: Problem[],
): void {
  for (const each of services) {
    const place = `services.${each.name}`
    problems.push(
      ...SERVICE_CHECKS.flatMap((check) => check(each, place)),
      ...checkAlarms(each, place, clusters[0]),
    )
  }
  problems.push(...checkListeners(services, loadBalancers[0]?.name ?? DEFAULT_LOAD_BALANCER))
}

/** What a system has one of: network, cluster, topic; and its load balancers. */
function checkShared(inventory: Inventory, problems: Problem[]): void {
  const { networks, clusters, topics, loadBalancers } = inventory
  problems.push(
    ...atMostOne('network', networks.length),
    ...atMostOne('cluster', clusters.length),
    ...atMostOne('alarmTopic', topics.length),
  )
  for (const each of networks) {
    if (each.kind === 'network') {
      if (shape(networkShape, each.options, 'network', problems)) {
        problems.push(...checkNetwork(each))
      }
    } else if (shape(existingVpcShape, each.options, 'network', problems)) {
      problems.push(...checkExistingVpc(each, inventory))
    }
  }
  for (const each of clusters) {
    if (each.kind === 'cluster') shape(clusterShape, each.options, 'cluster', problems)
  }
  for (const each of topics) {
    if (each.kind !== 'alarm-topic') continue
    shape(alarmTopicShape, each.options, `alarmTopics.${each.name}`, problems)
  }
  for (const { name, options } of loadBalancers) {
    shape(loadBalancerShape, options, `loadBalancers.${name}`, problems)
  }
}

function checkRaw(logicalId: string, resource: unknown, problems: Problem[]): void {
  const place = `raw.${logicalId}`
  if (!/^[A-Za-z0-9]{1,255}$/.test(logicalId)) {
    problems.push({
      code: 'bad-logical-id',
      place,
      message: `"${logicalId}" is no logical id.`,
      next: 'CloudFormation takes up to 255 letters and digits.',
    })
  }
  shape(rawShape, resource, place, problems)
}

function atMostOne(place: string, count: number): Problem[] {
  if (count <= 1) return []
  const message = `a system has one of these, and there are ${count}.`
  return [{ code: 'more-than-one', place, message, next: 'Leave one.' }]
}

/** Whether the value is built as its type says, so that it can be looked at more closely. */
function shape(check: Check, value: unknown, place: string, problems: Problem[]): boolean {
  const found: Problem[] = []
  check(value, place, found)
  problems.push(...found)
  return !found.some(({ code }) => code === 'wrong-type' || code === 'missing-field')
}
