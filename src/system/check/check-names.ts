import type { Inventory } from '../collect.ts'
import { pascal } from '../normalize/names.ts'
import type { Problem } from '../problem.ts'
import { NAME } from './name-rules.ts'

/** AWS: "CloudFormation quotas". */
const MAX_STACK_NAME = 128
const REGISTRY_SUFFIX = '-registry'

/** Names that are none, too long together, or given twice. */
export function checkNames(
  inventory: Inventory,
  { system, environment }: { system: string; environment: string },
): Problem[] {
  const problems: Problem[] = []
  NAME(system, `system('${system}')`, problems)
  NAME(environment, `environments.${environment}`, problems)
  const stackName = `${system}-${environment}${REGISTRY_SUFFIX}`
  if (stackName.length > MAX_STACK_NAME) {
    problems.push({
      code: 'stack-name-too-long',
      place: `system('${system}')`,
      message: `the stack ${stackName} has ${stackName.length} characters.`,
      next: `Shorten the names: CloudFormation takes ${MAX_STACK_NAME}.`,
    })
  }
  const { services, databases, loadBalancers, secrets, topics } = inventory
  const named = [
    ...services.map(({ name }) => ({ what: 'service', place: `services.${name}`, name })),
    ...databases.map(({ name }) => ({ what: 'database', place: `databases.${name}`, name })),
    ...loadBalancers.map(({ name }) => ({
      what: 'load balancer',
      place: `loadBalancers.${name}`,
      name,
    })),
    ...secrets.map(({ name }) => ({ what: 'secret', place: `secrets.${name}`, name })),
    ...topics.flatMap((topic) =>
      topic.kind === 'alarm-topic'
        ? [{ what: 'topic', place: `alarmTopics.${topic.name}`, name: topic.name }]
        : [],
    ),
  ]
  for (const { place, name } of named) NAME(name, place, problems)
  // JavaScript may have given anything for a name; that was said already.
  return [...problems, ...twins(named.filter(({ name }) => typeof name === 'string'))]
}

interface Named {
  readonly what: string
  readonly place: string
  readonly name: string
}

/** Services and databases share the names of their security groups; a database has a secret. */
const FAMILIES: readonly (readonly string[])[] = [
  ['service', 'database'],
  ['secret', 'database'],
  ['load balancer'],
  ['topic'],
]

function twins(named: readonly Named[]): Problem[] {
  const problems = new Map<Named, Problem>()
  for (const family of FAMILIES) {
    const seen = new Map<string, Named>()
    for (const each of named.filter(({ what }) => family.includes(what))) {
      const id = pascal(each.name)
      const other = seen.get(id)
      if (other === undefined) seen.set(id, each)
      else problems.set(each, twin(each, other))
    }
  }
  return [...problems.values()]
}

function twin({ what, name, place }: Named, other: Named): Problem {
  const both = what === other.what ? `two ${what}s` : `a ${other.what} and a ${what}`
  const message =
    name === other.name
      ? `${both} are called "${name}".`
      : `${both} are called "${other.name}" and "${name}", which CloudFormation cannot tell apart.`
  return { code: 'duplicate-name', place, message, next: 'Give each a name of its own.' }
}
