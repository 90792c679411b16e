import type { ResourceState } from '../records.ts'
import type { ResourceHandler } from '../resources/handler.ts'
import { schemaOf } from '../resources/schema.ts'
import { sameValue } from '../template/value.ts'
import type { DesiredState } from './desired-state.ts'

export type Decision =
  | { readonly kind: 'none' }
  /** Nothing to call: only what the stack remembers of the resource differs. */
  | { readonly kind: 'record' }
  | { readonly kind: 'create' }
  | { readonly kind: 'update'; readonly changed: readonly string[] }
  | { readonly kind: 'replace'; readonly changed: readonly string[] }

/** What has to happen to a resource so that it becomes what it is to be. */
export function decideChange(
  state: ResourceState | undefined,
  desired: DesiredState,
  handler: Pick<ResourceHandler, 'replaces'> | undefined,
): Decision {
  if (state?.physicalId === undefined) return { kind: 'create' }
  if (state.type !== desired.type) return { kind: 'replace', changed: [] }
  const changed = changedProperties(state.properties, desired.properties)
  if (changed.length === 0) return { kind: isRecordedAlike(state, desired) ? 'none' : 'record' }
  const isReplaced = changed.some((name) => replacementOf(desired.type, name) === 'yes')
  const change = { before: state.properties, after: desired.properties, changed }
  if (isReplaced || handler?.replaces?.(change) === true) return { kind: 'replace', changed }
  return { kind: 'update', changed }
}

export function replacementOf(type: string, property: string): 'yes' | 'maybe' | undefined {
  return schemaOf(type)?.properties[property]?.replacement
}

/** Names of top-level properties that differ. */
export function changedProperties(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => !sameValue(before[name], after[name])).toSorted()
}

function isRecordedAlike(state: ResourceState, desired: DesiredState): boolean {
  return (
    sameValue(state.metadata, desired.metadata) &&
    state.deletionPolicy === desired.deletionPolicy &&
    state.updateReplacePolicy === desired.updateReplacePolicy &&
    sameValue(state.dependsOn, desired.dependsOn)
  )
}
