import { templateError, templateFormatError } from '../errors.ts'
import { unresolved } from './evaluate.ts'
import { referencesIn } from './references.ts'
import type { ResourceDeclaration, Template } from './template.ts'
import type { Value } from './value.ts'
import { isList, isMap } from './value.ts'

const DELETION_POLICIES = new Set(['Delete', 'Retain', 'Snapshot', 'RetainExceptOnCreate'])

/** What a template is checked against: the resource types that there are. */
export interface TypeCatalogue {
  has(type: string): boolean
  hasAttribute(type: string, attribute: string): boolean
}

/** Checks what can be known of a template before its parameters have values. */
export function checkTemplate(template: Template, types: TypeCatalogue): void {
  const unrecognized = Object.values(template.resources)
    .map(({ type }) => type)
    .filter((type) => !types.has(type))
  if (unrecognized.length > 0)
    throw templateFormatError(
      `Unrecognized resource types: [${[...new Set(unrecognized)].join(', ')}]`,
    )
  checkDependencies(template)
  for (const [id, declaration] of Object.entries(template.resources)) checkPolicies(id, declaration)
  const expressions = [
    ...Object.values(template.resources).map(({ properties }) => properties),
    ...Object.values(template.outputs).map(({ value }) => value),
  ]
  for (const expression of expressions) {
    checkAttributes(template, types, expression)
    checkConditionNames(template, expression)
  }
}

function checkDependencies(template: Template): void {
  const known = (name: string): boolean =>
    Object.hasOwn(template.resources, name) || Object.hasOwn(template.parameters, name)
  const missing = (values: Iterable<Value>): string[] => {
    const targets = [...values].flatMap(referencesIn).map(({ target }) => target)
    return [...new Set(targets.filter((target) => !known(target)))]
  }
  const resources = Object.values(template.resources)
  const named = resources
    .flatMap(({ dependsOn }) => dependsOn)
    .filter((name) => !Object.hasOwn(template.resources, name))
  const used = missing(resources.map(({ properties }) => properties))
  if (used.length + named.length > 0) throw unresolved([...new Set([...used, ...named])])
  const inOutputs = missing(Object.values(template.outputs).map(({ value }) => value))
  if (inOutputs.length > 0) throw unresolved(inOutputs, 'Outputs')
}

function checkPolicies(id: string, declaration: ResourceDeclaration): void {
  for (const policy of [declaration.deletionPolicy, declaration.updateReplacePolicy])
    if (typeof policy === 'string' && !DELETION_POLICIES.has(policy))
      throw templateFormatError(`Unrecognized DeletionPolicy ${policy} for resource ${id}`)
  if (declaration.deletionPolicy === 'Snapshot' && !declaration.type.startsWith('AWS::RDS::'))
    throw templateError(
      `resource type ${declaration.type} does not support deletion policy Snapshot`,
    )
}

function checkAttributes(template: Template, types: TypeCatalogue, expression: Value): void {
  for (const { target, attribute } of referencesIn(expression)) {
    if (attribute === undefined || attribute === '') continue
    const declaration = template.resources[target]
    if (declaration === undefined)
      throw templateError(`instance of Fn::GetAtt references undefined resource ${target}`)
    if (!types.hasAttribute(declaration.type, attribute))
      throw templateError(
        `resource ${target} does not support attribute type ${attribute} in Fn::GetAtt`,
      )
  }
}

function checkConditionNames(template: Template, value: Value): void {
  if (isList(value)) for (const item of value) checkConditionNames(template, item)
  if (!isMap(value)) return
  for (const [key, item] of Object.entries(value)) {
    const name = key === 'Fn::If' && isList(item) ? item[0] : undefined
    if (typeof name === 'string' && !Object.hasOwn(template.conditions, name))
      throw templateFormatError(
        `Unresolved condition dependency ${name} in the Resources block of the template`,
      )
    checkConditionNames(template, item)
  }
}
