import type { HttpOptions } from '../http.ts'
import { portsOf } from '../normalize/normalize-container.ts'
import { destination, listenPort, listOf } from '../normalize/normalize-exposure.ts'
import type { Problem } from '../problem.ts'
import type { Service } from '../service.ts'
import { noSuch } from './references.ts'

/** AWS: "Service load balancing considerations". */
const MAX_TARGET_GROUPS = 5
/** AWS: "Quotas for your Application Load Balancers", condition values for each rule. */
const MAX_CONDITION_VALUES = 5

/** What is wrong with the ways in of one service. */
export function checkExposures(service: Service, place: string): Problem[] {
  const exposures = service.options.expose ?? []
  const tooMany: Problem = {
    code: 'too-many-target-groups',
    place: `${place}.expose`,
    message: `ECS takes ${MAX_TARGET_GROUPS} target groups for a service.`,
    next: 'Give several paths to one http(…), or split the service.',
  }
  return [
    ...(exposures.length > MAX_TARGET_GROUPS ? [tooMany] : []),
    ...exposures.flatMap(({ options }, i) => {
      const at = `${place}.expose[${i}]`
      return [
        ...checkDestination(service, options, at),
        ...checkTimes(options, at),
        ...checkConditions(options, at),
      ]
    }),
  ]
}

/** Two services that want the same requests of one load balancer. */
export function checkListeners(services: readonly Service[], defaultBalancer: string): Problem[] {
  const problems: Problem[] = []
  const rules = new Map<string, string>()
  const priorities = new Map<string, string>()
  const protocols = new Map<string, boolean>()
  for (const service of services) {
    for (const [i, { options }] of (service.options.expose ?? []).entries()) {
      if (options.targetGroup !== undefined) continue
      const place = `services.${service.name}.expose[${i}]`
      const listener = `${options.on?.name ?? defaultBalancer}:${listenPort(options)}`
      const requests = [listOf(options.host).join(), listOf(options.path).join()]
      const isSecure = options.certificate !== undefined
      problems.push(
        ...claim(rules, [listener, ...requests].join(' '), {
          place,
          code: 'listener-clash',
          message: (other) => `${other} takes the same requests of ${listener}.`,
          next: 'Give one of them another path, host or "listen".',
        }),
      )
      if (options.priority !== undefined) {
        problems.push(
          ...claim(priorities, `${listener} ${options.priority}`, {
            place: `${place}.priority`,
            code: 'priority-clash',
            message: (other) => `${other} has priority ${options.priority} too.`,
            next: 'Give one of them another priority.',
          }),
        )
      }
      if (protocols.has(listener) && protocols.get(listener) !== isSecure) {
        problems.push({
          code: 'protocol-clash',
          place: `${place}.certificate`,
          message: `${listener} would be both HTTP and HTTPS.`,
          next: 'Give both the certificate, or one another "listen".',
        })
      }
      protocols.set(listener, isSecure)
    }
  }
  return problems
}

function claim(
  taken: Map<string, string>,
  key: string,
  rule: { place: string; code: string; message: (other: string) => string; next: string },
): Problem[] {
  const other = taken.get(key)
  const { place, code, next } = rule
  if (other !== undefined) return [{ code, place, message: rule.message(other), next }]
  taken.set(key, place)
  return []
}

function checkDestination(service: Service, { to }: HttpOptions, place: string): Problem[] {
  const { containers } = service.options
  const all = Object.entries(containers).flatMap(([container, { ports }]) =>
    portsOf(ports).map(({ name, protocol }) => ({ to: `${container}:${name}`, protocol })),
  )
  const known = all.map((each) => each.to)
  if (to === undefined && destination(service, to) === undefined) {
    return [
      {
        code: 'exposure-without-port',
        place: `${place}.to`,
        message: `the service has ${known.length} ports, and this does not say which.`,
        next:
          known.length === 0
            ? 'Give the container a port: ports: { http: 3000 }.'
            : `Choose one of: ${known.join(', ')}.`,
      },
    ]
  }
  if (to === undefined) return []
  const [container = '', port = ''] = to.split(':')
  const target = containers[container]
  if (target === undefined) {
    return [
      noSuch('container', container, { place: `${place}.to`, known: Object.keys(containers) }),
    ]
  }
  const found = all.find((each) => each.to === to)
  if (found === undefined) {
    return [noSuch('port', port, { place: `${place}.to`, known: Object.keys(target.ports ?? {}) })]
  }
  if (found.protocol === 'tcp') return []
  return [
    {
      code: 'not-tcp',
      place: `${place}.to`,
      message: `${to} is a UDP port; HTTP needs TCP.`,
      next: "Take another port, or leave out the port's protocol.",
    },
  ]
}

function checkTimes({ health }: HttpOptions, place: string): Problem[] {
  if (health === undefined || typeof health === 'string') return []
  const { intervalSeconds = 15, timeoutSeconds = 5 } = health
  if (timeoutSeconds < intervalSeconds) return []
  return [
    {
      code: 'timeout-too-long',
      place: `${place}.health.timeoutSeconds`,
      message: `a check every ${intervalSeconds} s cannot take ${timeoutSeconds} s.`,
      next: `Give a timeout below ${intervalSeconds}, or a longer interval.`,
    },
  ]
}

function checkConditions({ path, host, priority }: HttpOptions, place: string): Problem[] {
  const count = listOf(path).length + listOf(host).length
  if (count > MAX_CONDITION_VALUES) {
    const message = `a rule takes ${MAX_CONDITION_VALUES} paths and hosts, this has ${count}.`
    return [{ code: 'too-many-conditions', place, message, next: 'Make two http(…) of it.' }]
  }
  if (priority === undefined || count > 0) return []
  return [
    {
      code: 'priority-of-default',
      place: `${place}.priority`,
      message: 'what takes every request is tried last, whatever its priority.',
      next: 'Leave the priority out, or add a path or host.',
    },
  ]
}
