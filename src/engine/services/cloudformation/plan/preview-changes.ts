import type {
  ResourceAttribute,
  ResourceChange,
  ResourceChangeDetail,
} from '@aws-sdk/client-cloudformation'
import { changedProperties, decideChange, replacementOf } from './decide-change.ts'
import { desiredState, policies, withTags } from './desired-state.ts'
import type { DesiredState, TagSource } from './desired-state.ts'
import type { Instance, StackIdentity } from './instantiate.ts'
import type { ResourceRecord, StackTag } from '../records.ts'
import { schemaOf } from '../resources/schema.ts'
import type { ResourceHandlers } from '../resources/registry.ts'
import { evaluate } from '../template/evaluate.ts'
import { maskSecrets } from '../template/no-echo.ts'
import { referencesIn } from '../template/references.ts'
import type { ResourceFacts, Scope } from '../template/scope.ts'
import { KNOWN_AFTER_APPLY } from '../template/scope.ts'
import type { ResourceDeclaration, Template } from '../template/template.ts'
import type { Value, ValueMap } from '../template/value.ts'
import { sameValue } from '../template/value.ts'

export interface PreviewInput {
  readonly stack: Pick<StackIdentity, 'stackId' | 'stackName'>
  readonly tags: readonly StackTag[]
  readonly instance: Instance
  readonly resources: ReadonlyMap<string, ResourceRecord>
  readonly oldTemplate: Template | undefined
  readonly handlers: ResourceHandlers
}

const UNKNOWN: ResourceFacts = { ref: KNOWN_AFTER_APPLY, attribute: () => KNOWN_AFTER_APPLY }

/**
 * What applying a template would do to each resource, without doing it. A reference to something
 * that will only exist afterwards has the value "known after apply", so what depends on it may
 * change, too.
 */
export function previewChanges(input: PreviewInput): ResourceChange[] {
  const { active } = input.instance
  const unknown = new Set<string>()
  const changes: ResourceChange[] = []
  for (const logicalId of active.order) {
    const declaration = active.resources.get(logicalId)
    if (declaration === undefined) continue
    const change = previewResource(input, { logicalId, declaration, unknown })
    if (change === undefined) continue
    if (change.Action === 'Add' || change.Replacement !== 'False') unknown.add(logicalId)
    changes.push(change)
  }
  for (const record of input.resources.values())
    if (!active.resources.has(record.logicalId)) changes.push(removal(record))
  return changes.toSorted((a, b) =>
    (a.LogicalResourceId ?? '') < (b.LogicalResourceId ?? '') ? -1 : 1,
  )
}

interface Resource {
  readonly logicalId: string
  readonly declaration: ResourceDeclaration
  readonly unknown: ReadonlySet<string>
}

function previewResource(input: PreviewInput, resource: Resource): ResourceChange | undefined {
  const { logicalId, declaration } = resource
  const record = input.resources.get(logicalId)
  const desired = previewState(input, resource)
  const after = context(desired.properties)
  if (record?.physicalId === undefined)
    return {
      Action: 'Add',
      LogicalResourceId: logicalId,
      ResourceType: declaration.type,
      Scope: [],
      Details: [],
      AfterContext: after,
    }
  const handler = input.handlers.get(declaration.type)
  const { kind } = decideChange(record, desired, handler)
  if (kind === 'none') return undefined
  const changed = changedProperties(record.properties, desired.properties)
  const details = changed.map((name) => detail(input, { name, logicalId, record, desired }))
  const scope = scopeOf(record, desired, details)
  if (scope.length === 0) return undefined
  return {
    Action: 'Modify',
    LogicalResourceId: logicalId,
    PhysicalResourceId: record.physicalId,
    ResourceType: declaration.type,
    Replacement: kind === 'replace' ? replacement(details) : replacementWithout(details),
    Scope: scope,
    Details: details,
    BeforeContext: context(record.properties),
    AfterContext: after,
    ...(kind === 'replace' ? policyAction(record, 'replace') : {}),
  }
}

function previewState(
  { stack, tags, instance }: PreviewInput,
  { logicalId, declaration, unknown }: Resource,
): DesiredState {
  const tagSource: TagSource = { ...stack, stackTags: tags }
  const dependsOn = [...(instance.active.graph.get(logicalId) ?? [])]
  const scope: Scope = {
    ...instance.scope,
    resource: (id) => {
      if (unknown.has(id)) return UNKNOWN
      return guarded(instance.scope.resource(id))
    },
  }
  try {
    return desiredState(logicalId, declaration, scope, { tags: tagSource, dependsOn })
  } catch {
    // One property that cannot be evaluated yet leaves the others known.
    const properties = Object.fromEntries(
      Object.entries(declaration.properties).flatMap(([name, value]) => {
        const evaluated = evaluateOrUnknown(value, scope)
        return evaluated === undefined ? [] : [[name, evaluated]]
      }),
    )
    return {
      ...policies(declaration, instance.scope),
      type: declaration.type,
      properties: withTags(logicalId, declaration.type, properties, tagSource),
      dependsOn,
    }
  }
}

/** A resource that is not there, or an attribute that is not known, is known after the apply. */
function guarded(facts: ResourceFacts | undefined): ResourceFacts {
  if (facts === undefined) return UNKNOWN
  return {
    ref: facts.ref,
    attribute: (name) => {
      try {
        return facts.attribute(name)
      } catch {
        return KNOWN_AFTER_APPLY
      }
    },
  }
}

function evaluateOrUnknown(value: Value, scope: Scope): Value | undefined {
  try {
    return evaluate(value, scope)
  } catch {
    return KNOWN_AFTER_APPLY
  }
}

function detail(
  input: PreviewInput,
  change: { name: string; logicalId: string; record: ResourceRecord; desired: DesiredState },
): ResourceChangeDetail {
  const { name, logicalId, record, desired } = change
  const before = record.properties[name]
  const after = desired.properties[name]
  const rule = replacementOf(desired.type, name)
  const isDynamic = JSON.stringify(after ?? null).includes(KNOWN_AFTER_APPLY)
  const isTags = schemaOf(desired.type)?.tags === name
  return {
    Target: {
      Attribute: isTags ? 'Tags' : 'Properties',
      ...(isTags ? {} : { Name: name }),
      RequiresRecreation: rule === 'yes' ? 'Always' : rule === 'maybe' ? 'Conditionally' : 'Never',
      Path: `/Properties/${name}`,
      ...(before === undefined ? {} : { BeforeValue: shown(before) }),
      ...(after === undefined ? {} : { AfterValue: shown(after) }),
      AttributeChangeType: before === undefined ? 'Add' : after === undefined ? 'Remove' : 'Modify',
    },
    Evaluation: isDynamic ? 'Dynamic' : 'Static',
    ...source(input, logicalId, name),
  }
}

/** Where a change comes from: the template's own text, or something that it refers to. */
function source(
  { oldTemplate, instance }: PreviewInput,
  logicalId: string,
  name: string,
): Pick<ResourceChangeDetail, 'ChangeSource' | 'CausingEntity'> {
  const now = instance.active.resources.get(logicalId)?.properties[name]
  const then = oldTemplate?.resources[logicalId]?.properties[name]
  if (now === undefined || !sameValue(now, then)) return { ChangeSource: 'DirectModification' }
  const [reference] = referencesIn(now)
  if (reference === undefined) return { ChangeSource: 'DirectModification' }
  const { target, attribute } = reference
  if (!instance.active.resources.has(target))
    return { ChangeSource: 'ParameterReference', CausingEntity: target }
  return attribute === undefined
    ? { ChangeSource: 'ResourceReference', CausingEntity: target }
    : { ChangeSource: 'ResourceAttribute', CausingEntity: `${target}.${attribute}` }
}

function scopeOf(
  record: ResourceRecord,
  desired: DesiredState,
  details: readonly ResourceChangeDetail[],
): ResourceAttribute[] {
  const scope = new Set<ResourceAttribute>()
  for (const { Target } of details) if (Target?.Attribute !== undefined) scope.add(Target.Attribute)
  if (!sameValue(record.metadata, desired.metadata)) scope.add('Metadata')
  if (record.deletionPolicy !== desired.deletionPolicy) scope.add('DeletionPolicy')
  if (record.updateReplacePolicy !== desired.updateReplacePolicy) scope.add('UpdateReplacePolicy')
  if (record.type !== desired.type) scope.add('Properties')
  return [...scope].toSorted()
}

function replacement(details: readonly ResourceChangeDetail[]): 'True' | 'Conditional' {
  const always = details.filter(({ Target }) => Target?.RequiresRecreation === 'Always')
  const isCertain = always.length === 0 || always.some(({ Evaluation }) => Evaluation === 'Static')
  return isCertain ? 'True' : 'Conditional'
}

function replacementWithout(details: readonly ResourceChangeDetail[]): 'False' | 'Conditional' {
  return details.some(({ Target }) => Target?.RequiresRecreation === 'Conditionally')
    ? 'Conditional'
    : 'False'
}

function removal(record: ResourceRecord): ResourceChange {
  return {
    Action: 'Remove',
    LogicalResourceId: record.logicalId,
    PhysicalResourceId: record.physicalId ?? '',
    ResourceType: record.type,
    Scope: [],
    Details: [],
    BeforeContext: context(record.properties),
    ...policyAction(record, 'remove'),
  }
}

function policyAction(
  record: ResourceRecord,
  by: 'remove' | 'replace',
): Pick<ResourceChange, 'PolicyAction'> {
  const policy = by === 'remove' ? record.deletionPolicy : record.updateReplacePolicy
  if (policy === 'Retain' || policy === 'RetainExceptOnCreate')
    return { PolicyAction: by === 'remove' ? 'Retain' : 'ReplaceAndRetain' }
  if (policy === 'Snapshot')
    return { PolicyAction: by === 'remove' ? 'Snapshot' : 'ReplaceAndSnapshot' }
  return { PolicyAction: by === 'remove' ? 'Delete' : 'ReplaceAndDelete' }
}

function context(properties: ValueMap): string {
  return maskSecrets(JSON.stringify({ Properties: properties }))
}

function shown(value: Value): string {
  return maskSecrets(typeof value === 'string' ? value : JSON.stringify(value))
}
