import { templateError, templateFormatError } from '../errors.ts'
import { unresolved } from './evaluate.ts'
import type { Graph } from './graph.ts'
import { topologicalOrder } from './graph.ts'
import { referencesIn } from './references.ts'
import type { OutputDeclaration, ResourceDeclaration, Template } from './template.ts'
import type { Value, ValueMap } from './value.ts'
import { intrinsicOf, isList, isMap } from './value.ts'

/** A template with its conditions decided: what is to be there, and in which order. */
export interface ActiveTemplate {
  readonly resources: ReadonlyMap<string, ResourceDeclaration>
  readonly outputs: ReadonlyMap<string, OutputDeclaration>
  /** Each resource with those that it refers to or names in `DependsOn`. */
  readonly graph: Graph
  readonly order: readonly string[]
}

type Conditions = Readonly<Record<string, boolean>>

/** Drops what conditions exclude and checks that what is left refers to what is there. */
export function activate(template: Template, conditions: Conditions): ActiveTemplate {
  const resources = new Map<string, ResourceDeclaration>()
  for (const [id, declaration] of Object.entries(template.resources))
    if (holds(declaration.condition, conditions))
      resources.set(id, pruneResource(declaration, conditions))
  const outputs = new Map<string, OutputDeclaration>()
  for (const [name, output] of Object.entries(template.outputs))
    if (holds(output.condition, conditions))
      outputs.set(name, { ...output, value: prune(output.value, conditions) ?? '' })
  checkReferences(template, resources, outputs)
  const graph = dependencyGraph(resources)
  return { resources, outputs, graph, order: topologicalOrder(graph) }
}

function holds(condition: string | undefined, conditions: Conditions): boolean {
  if (condition === undefined) return true
  const truth = conditions[condition]
  if (truth === undefined)
    throw templateFormatError(`Unresolved condition dependency ${condition} in the Resources block`)
  return truth
}

function pruneResource(
  declaration: ResourceDeclaration,
  conditions: Conditions,
): ResourceDeclaration {
  return {
    ...declaration,
    properties: (prune(declaration.properties, conditions) ?? {}) as ValueMap,
    creationPolicy: pruneOptional(declaration.creationPolicy, conditions),
    deletionPolicy: pruneOptional(declaration.deletionPolicy, conditions),
    updateReplacePolicy: pruneOptional(declaration.updateReplacePolicy, conditions),
  }
}

function pruneOptional(value: Value | undefined, conditions: Conditions): Value | undefined {
  return value === undefined ? undefined : prune(value, conditions)
}

/** Replaces each `Fn::If` by the branch that counts; undefined for `AWS::NoValue`. */
function prune(value: Value, conditions: Conditions): Value | undefined {
  const intrinsic = intrinsicOf(value)
  if (intrinsic?.name === 'Ref' && intrinsic.argument === 'AWS::NoValue') return undefined
  if (intrinsic?.name === 'Fn::If') return pruneIf(intrinsic.argument, conditions)
  if (isList(value))
    return value.flatMap((item) => {
      const pruned = prune(item, conditions)
      return pruned === undefined ? [] : [pruned]
    })
  if (!isMap(value)) return value
  const result: Record<string, Value> = {}
  for (const [key, item] of Object.entries(value)) {
    const pruned = prune(item, conditions)
    if (pruned !== undefined) result[key] = pruned
  }
  return result
}

function pruneIf(argument: Value, conditions: Conditions): Value | undefined {
  const [name, whenTrue, whenFalse] = isList(argument) ? argument : []
  if (typeof name !== 'string' || whenTrue === undefined || whenFalse === undefined)
    throw templateError('Fn::If requires a list argument with exactly three elements')
  const truth = conditions[name]
  if (truth === undefined)
    throw templateFormatError(`Unresolved condition dependency ${name} in the Resources block`)
  return prune(truth ? whenTrue : whenFalse, conditions)
}

function checkReferences(
  template: Template,
  resources: ReadonlyMap<string, ResourceDeclaration>,
  outputs: ReadonlyMap<string, OutputDeclaration>,
): void {
  const known = (name: string): boolean =>
    resources.has(name) || Object.hasOwn(template.parameters, name)
  const missing = (values: readonly Value[]): string[] => [
    ...new Set(
      values
        .flatMap(referencesIn)
        .filter(({ target }) => !known(target))
        .map(({ target }) => target),
    ),
  ]
  const inResources = missing([...resources.values()].map(({ properties }) => properties))
  if (inResources.length > 0) throw unresolved(inResources)
  const inOutputs = missing([...outputs.values()].map(({ value }) => value))
  if (inOutputs.length > 0) throw unresolved(inOutputs, 'Outputs')
}

function dependencyGraph(resources: ReadonlyMap<string, ResourceDeclaration>): Graph {
  const graph = new Map<string, Set<string>>()
  for (const [id, { properties, dependsOn }] of resources) {
    const targets = referencesIn(properties).map(({ target }) => target)
    graph.set(id, new Set([...targets, ...dependsOn].filter((name) => resources.has(name))))
  }
  return graph
}
