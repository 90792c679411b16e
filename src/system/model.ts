import { LongshoreError, messageOf } from '../base/errors.ts'
import { checkInventory } from './check/check-inventory.ts'
import { systemShape } from './check/resource-shapes.ts'
import { collect } from './collect.ts'
import type { Content, Environment, SystemDefinition } from './definition.ts'
import { normalize } from './normalize/normalize.ts'
import { placeInStack } from './place-in-stack.ts'
import { definitionError, nearest, type Problem } from './problem.ts'
import type { SystemModel } from './system-model.ts'

export type { SystemModel } from './system-model.ts'

/** The environment whose data nobody misses. */
const UNPROTECTED = 'local'

/**
 * What a definition is in one environment. Throws one `LongshoreError` with every mistake that it
 * finds; its exit code is 2, for nothing was changed.
 */
export function toModel(definition: SystemDefinition, environment: string): SystemModel {
  const problems: Problem[] = []
  systemShape(definition.options, `system('${definition.name}')`, problems)
  if (problems.length > 0) throw definitionError(problems)
  const env = environmentOf(definition, environment)
  const inventory = collect(contentOf(definition, env), problems)
  checkInventory(inventory, { system: definition.name, environment }, problems)
  if (problems.length > 0) throw definitionError(problems)
  return normalize(definition, env, inventory)
}

function environmentOf({ name, options }: SystemDefinition, environment: string): Environment {
  const declared = options.environments
  const given = declared?.[environment]
  if (declared !== undefined && given === undefined) {
    const known = Object.keys(declared)
    const meant = nearest(environment, known)
    throw new LongshoreError('unknown-environment', `${name} has no environment "${environment}"`, {
      place: `environments.${environment}`,
      next: meant === undefined ? `It has: ${known.join(', ')}.` : `Did you mean "${meant}"?`,
      exitCode: 2,
    })
  }
  return {
    name: environment,
    region: given?.region,
    account: given?.account,
    protect: given?.protect ?? environment !== UNPROTECTED,
    values: given?.values ?? {},
  }
}

function contentOf({ name, build }: SystemDefinition, env: Environment): Content {
  try {
    // The definition's own types made sure that the values are those of its environments.
    return build(env as Environment<never>)
  } catch (error) {
    if (error instanceof LongshoreError) throw error
    throw new LongshoreError('definition-throws', `the definition throws: ${messageOf(error)}`, {
      place: placeInStack(error) ?? `system('${name}')`,
      next: 'Correct the build function; nothing was changed.',
      exitCode: 2,
    })
  }
}
