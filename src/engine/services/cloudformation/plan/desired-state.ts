import type { StackTag } from '../records.ts'
import { coerceProperties } from '../resources/coerce.ts'
import { schemaOf } from '../resources/schema.ts'
import { evaluate } from '../template/evaluate.ts'
import type { Scope } from '../template/scope.ts'
import type { DeletionPolicy, ResourceDeclaration } from '../template/template.ts'
import type { Value, ValueMap } from '../template/value.ts'
import { isList, isMap, scalarText } from '../template/value.ts'

/** What a resource is to be, with every expression evaluated. */
export interface DesiredState {
  readonly type: string
  readonly properties: ValueMap
  readonly metadata: Value | undefined
  readonly deletionPolicy: DeletionPolicy
  readonly updateReplacePolicy: DeletionPolicy
  readonly dependsOn: readonly string[]
}

/** The stack's tags and the three that CloudFormation puts on every resource that takes tags. */
export interface TagSource {
  readonly stackId: string
  readonly stackName: string
  readonly stackTags: readonly StackTag[]
}

/** Evaluates a declaration and gives its properties the types of the schema. */
export function desiredState(
  logicalId: string,
  declaration: ResourceDeclaration,
  scope: Scope,
  more: { tags: TagSource; dependsOn: readonly string[] },
): DesiredState {
  const evaluated = evaluate(declaration.properties, scope)
  const properties = isMap(evaluated) ? evaluated : {}
  const schema = schemaOf(declaration.type)
  return {
    ...policies(declaration, scope),
    type: declaration.type,
    properties:
      schema === undefined
        ? properties
        : coerceProperties(
            { type: declaration.type, schema },
            withTags(logicalId, declaration.type, properties, more.tags),
          ),
    dependsOn: more.dependsOn,
  }
}

/** What of a declaration needs no properties. */
export function policies(
  declaration: ResourceDeclaration,
  scope: Scope,
): Pick<DesiredState, 'metadata' | 'deletionPolicy' | 'updateReplacePolicy'> {
  return {
    metadata: declaration.metadata,
    deletionPolicy: policy(declaration.deletionPolicy, scope) ?? defaultPolicy(declaration),
    updateReplacePolicy: policy(declaration.updateReplacePolicy, scope) ?? 'Delete',
  }
}

function policy(value: Value | undefined, scope: Scope): DeletionPolicy | undefined {
  const evaluated = value === undefined ? undefined : evaluate(value, scope)
  return evaluated === undefined ? undefined : (scalarText(evaluated) as DeletionPolicy)
}

/** AWS: "DeletionPolicy attribute": a database that belongs to no cluster is kept as a snapshot. */
function defaultPolicy({ type, properties }: ResourceDeclaration): DeletionPolicy {
  const isDatabase = type === 'AWS::RDS::DBInstance'
  return isDatabase && properties['DBClusterIdentifier'] === undefined ? 'Snapshot' : 'Delete'
}

/** Adds the stack's tags to a resource that takes tags; its own come first. */
export function withTags(
  logicalId: string,
  type: string,
  properties: ValueMap,
  { stackId, stackName, stackTags }: TagSource,
): ValueMap {
  const schema = schemaOf(type)
  const name = schema?.tags
  if (schema === undefined || name === undefined) return properties
  const added: readonly StackTag[] = [
    ...stackTags,
    { Key: 'aws:cloudformation:stack-name', Value: stackName },
    { Key: 'aws:cloudformation:logical-id', Value: logicalId },
    { Key: 'aws:cloudformation:stack-id', Value: stackId },
  ]
  const own = properties[name]
  const schemaType = schema.properties[name]?.type
  if (typeof schemaType === 'object' && 'map' in schemaType) {
    const map = Object.fromEntries(added.map(({ Key, Value }) => [Key, Value]))
    return { ...properties, [name]: { ...map, ...(isMap(own) ? own : {}) } }
  }
  const tags = isList(own) ? own : []
  const keys = new Set(tags.map((tag) => (isMap(tag) ? tag['Key'] : undefined)))
  const others = added.filter(({ Key }) => !keys.has(Key))
  return { ...properties, [name]: [...tags, ...others.map(({ Key, Value }) => ({ Key, Value }))] }
}
