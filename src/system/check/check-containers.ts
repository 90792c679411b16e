import type { ContainerOptions } from '../container.ts'
import { portsOf, variableNames } from '../normalize/normalize-container.ts'
import type { Problem } from '../problem.ts'
import type { SecretKey } from '../secret.ts'
import type { Service } from '../service.ts'
import { findCycle } from './find-cycle.ts'
import { noSuch } from './references.ts'

type Containers = Readonly<Record<string, ContainerOptions>>

/** What is wrong between the containers of a task. */
export function checkContainers({ name, options }: Service, place: string): Problem[] {
  const { containers } = options
  const names = Object.keys(containers)
  const at = `${place}.containers`
  if (names.length === 0) {
    return [
      {
        code: 'no-containers',
        place: at,
        message: `the service ${name} has no container.`,
        next: "Add one: { app: { image: build('.') } }.",
      },
    ]
  }
  return [
    ...essentials(containers, at),
    ...ports(containers, at),
    ...Object.entries(containers).flatMap(([container, each]) => [
      ...dependencies(container, containers, `${at}.${container}.after`),
      ...health(each, `${at}.${container}.health`),
      ...variables(each, `${at}.${container}`),
      ...secretKeys(each, `${at}.${container}.secrets`),
    ]),
    ...cycles(containers, at),
    ...oneOffs(options.before ?? {}, { place, names }),
  ]
}

function essentials(containers: Containers, place: string): Problem[] {
  if (Object.values(containers).some(({ essential }) => essential !== false)) return []
  const next = 'Leave "essential: false" away from the main one.'
  return [{ code: 'none-essential', place, message: 'no container is essential.', next }]
}

/** Containers of a task share one network: a port can be listened on once. */
function ports(containers: Containers, place: string): Problem[] {
  const problems: Problem[] = []
  const taken = new Map<string, string>()
  for (const [container, options] of Object.entries(containers)) {
    for (const { name, port, protocol } of portsOf(options.ports)) {
      const key = `${port}/${protocol}`
      const other = taken.get(key)
      if (other !== undefined) {
        problems.push({
          code: 'port-clash',
          place: `${place}.${container}.ports.${name}`,
          message: `${other} has port ${port} too, and they share one network.`,
          next: 'Give one of them another port.',
        })
      }
      taken.set(key, `${container}:${name}`)
    }
  }
  return problems
}

function dependencies(container: string, containers: Containers, place: string): Problem[] {
  return Object.entries(containers[container]?.after ?? {}).flatMap(([other, condition]) => {
    const target = containers[other]
    const at = `${place}.${other}`
    if (target === undefined) {
      return [noSuch('container', other, { place: at, known: Object.keys(containers) })]
    }
    if (condition === 'healthy' && target.health === undefined) {
      return [
        {
          code: 'no-health',
          place: at,
          message: `${other} has no health check, so it never becomes healthy.`,
          next: `Give ${other} a "health", or wait for 'started'.`,
        },
      ]
    }
    // AWS: "Container dependency": an essential container's end would be the task's.
    const ends = condition === 'complete' || condition === 'success'
    return ends && target.essential !== false
      ? [
          {
            code: 'essential-must-end',
            place: at,
            message: `${other} is essential: when it ends, the task does.`,
            next: `Give ${other} "essential: false".`,
          },
        ]
      : []
  })
}

function cycles(containers: Containers, place: string): Problem[] {
  const cycle = findCycle(
    new Map(
      Object.entries(containers).map(([name, { after }]) => [name, Object.keys(after ?? {})]),
    ),
  )
  if (cycle === undefined) return []
  const path = [...cycle, cycle[0] ?? ''].join(' → ')
  return [
    {
      code: 'cycle',
      place: `${place}.${cycle[0] ?? ''}.after`,
      message: `containers wait for one another in a circle: ${path}.`,
      next: 'Take one of these out of "after".',
    },
  ]
}

function health({ health: check, ports: given }: ContainerOptions, place: string): Problem[] {
  if (check === undefined) return []
  if ((check.http === undefined) === (check.command === undefined)) {
    return [
      {
        code: 'health-kind',
        place,
        message: 'a health check is either "http" or "command".',
        next: "Write { http: '/health' }, or { command: '…' }.",
      },
    ]
  }
  if (check.command !== undefined) return []
  const known = portsOf(given).filter(({ protocol }) => protocol === 'tcp')
  const names = known.map(({ name }) => name)
  if (check.port !== undefined) {
    return names.includes(check.port)
      ? []
      : [noSuch('port', check.port, { place: `${place}.port`, known: names })]
  }
  if (known.length === 1) return []
  const next = known.length === 0 ? 'Give the container a port.' : `Say which: ${names.join(', ')}.`
  const message = `the container has ${known.length} ports to ask.`
  return [{ code: 'health-port', place: `${place}.port`, message, next }]
}

/** ECS takes a name once, be it plain, secret or from a binding. */
function variables(options: ContainerOptions, place: string): Problem[] {
  const plain = Object.keys(options.environment ?? {})
  const secret = Object.keys(options.secrets ?? {})
  const bindings = (options.uses ?? []).map(variableNames)
  const boundSecret = bindings.flatMap(({ username, password }) => [username, password])
  const bound = bindings.flatMap(({ host, port, database }) => [host, port, database])
  const all = [...boundSecret, ...bound]
  const twice = all.filter((name, i) => all.indexOf(name) !== i)
  return [
    ...secret
      .filter((name) => plain.includes(name) || bound.includes(name))
      .map((name) => twiceSet(name, `${place}.secrets.${name}`)),
    ...plain
      .filter((name) => boundSecret.includes(name))
      .map((name) => twiceSet(name, `${place}.environment.${name}`)),
    ...twice.map((name) => twiceSet(name, `${place}.uses`)),
  ]
}

function twiceSet(name: string, place: string): Problem {
  return {
    code: 'variable-clash',
    place,
    message: `the variable ${name} is set twice.`,
    next: "Leave one out, or rename a binding's variables: uses: [db.as('OTHER')].",
  }
}

function secretKeys({ secrets }: ContainerOptions, place: string): Problem[] {
  return Object.entries(secrets ?? {}).flatMap(([variable, source]) =>
    source.kind === 'secret-key' ? secretKey(source, `${place}.${variable}`) : [],
  )
}

function secretKey({ secret, key }: SecretKey, place: string): Problem[] {
  if (secret.kind === 'existing-secret') return []
  const { values = {}, keys = [], generate } = secret.options
  const known = [
    ...Object.keys(values),
    ...keys,
    ...(generate?.key === undefined ? [] : [generate.key]),
  ]
  return known.includes(key) ? [] : [noSuch('secret key', key, { place, known })]
}

function oneOffs(
  before: NonNullable<Service['options']['before']>,
  { place, names }: { place: string; names: readonly string[] },
): Problem[] {
  return Object.entries(before).flatMap(([oneOff, { options }]) => {
    const { container } = options
    if (container === undefined || names.includes(container)) return []
    const at = `${place}.before.${oneOff}.container`
    return [noSuch('container', container, { place: at, known: names })]
  })
}
