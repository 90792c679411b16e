/**
 * A value that is known only once the stack stands: `db.host`, or an intrinsic function of
 * CloudFormation (`{ Ref: 'Topic' }`) for what the definition has no word for.
 */
export type DeployedValue = AttributeValue | Intrinsic

/** An attribute of a resource of this definition. */
export interface AttributeValue {
  readonly kind: 'attribute'
  readonly of: object
  readonly attribute: 'host' | 'port'
}

/** `{ Ref: … }`, `{ 'Fn::GetAtt': … }`, `{ 'Fn::Sub': … }` and so on, as CloudFormation writes it. */
export interface Intrinsic {
  readonly Ref?: string
  readonly [fn: `Fn::${string}`]: unknown
}

export function isIntrinsic(value: unknown): value is Intrinsic {
  if (typeof value !== 'object' || value === null) return false
  const keys = Object.keys(value)
  return keys.length === 1 && /^(Ref|Fn::\w+)$/.test(keys[0] ?? '')
}

export function isAttributeValue(value: unknown): value is AttributeValue {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'attribute'
  )
}
