import { operatorOf, parseOperator } from './condition-operators.ts'
import type { PolicyCondition } from './document.ts'
import type { RequestContext } from './request-context.ts'

/** Puts variables into a policy's value; undefined when one is missing. */
export type Substitute = (text: string) => string | undefined

export interface ConditionResult {
  readonly met: boolean
  /** The key that the request lacks, where that mattered. */
  readonly missing: string | undefined
}

/**
 * Whether a request meets one condition (AWS: "IAM JSON policy elements: Condition operators", and
 * "Set operators for multivalued context keys").
 */
export function meets(
  condition: PolicyCondition,
  context: RequestContext,
  substitute: Substitute,
): ConditionResult {
  const { name, set, ifExists } = parseOperator(condition.operator)
  const given = context.get(condition.key)
  const exists = given !== undefined && given.length > 0
  if (name === 'Null') {
    const met = condition.values.some((value) => (value.toLowerCase() === 'true') !== exists)
    return { met, missing: undefined }
  }
  const operator = operatorOf(name)
  if (operator === undefined) return { met: false, missing: undefined }
  if (!exists) {
    const met =
      set === 'ForAllValues' ||
      (ifExists && set === undefined) ||
      (operator.negated && set === undefined)
    return { met, missing: met ? undefined : condition.key }
  }
  const wanted = condition.values.flatMap((value) => substitute(value) ?? [])
  const passes = (value: string): boolean =>
    wanted.some((pattern) => operator.compare(value, pattern)) !== operator.negated
  const every = set === 'ForAllValues' || (set === undefined && operator.negated)
  return { met: every ? given.every(passes) : given.some(passes), missing: undefined }
}
