import { meets } from './condition.ts'
import type { Patterns, PolicyDocument, PolicyStatement } from './document.ts'
import { arnMatches, globMatches } from './glob.ts'
import type { RequestContext } from './request-context.ts'
import { substitute } from './variables.ts'

/** What is asked: may this be done to that, under these circumstances? */
export interface AccessRequest {
  /** `ecs:RunTask` */
  readonly action: string
  /** The resource's ARN; `*` for actions that have none. */
  readonly resource: string
  readonly context: RequestContext
}

export interface NamedPolicy {
  /** How the result names the policy: its ARN, or its own name. */
  readonly id: string
  readonly document: PolicyDocument
}

export interface MatchedStatement {
  readonly policyId: string
  readonly sid: string | undefined
  /** Its place in the document, from 0. */
  readonly index: number
  readonly effect: 'Allow' | 'Deny'
}

export interface Decision {
  readonly result: 'allowed' | 'explicitDeny' | 'implicitDeny'
  /** The statements that decided: those that deny, else those that allow. */
  readonly matched: readonly MatchedStatement[]
  /** Condition keys that statements asked for and the request does not have. */
  readonly missingKeys: readonly string[]
}

/**
 * Decides a request by the policies of an identity (AWS: "Policy evaluation logic"): one statement
 * that denies is enough, else one that allows is needed, else the answer is no.
 */
export function evaluate(request: AccessRequest, policies: readonly NamedPolicy[]): Decision {
  const matched: MatchedStatement[] = []
  const missingKeys = new Set<string>()
  for (const { id: policyId, document } of policies) {
    for (const [index, statement] of document.statements.entries()) {
      if (!applies(statement, document, { request, missingKeys })) continue
      matched.push({ policyId, index, sid: statement.sid, effect: statement.effect })
    }
  }
  const denying = matched.filter(({ effect }) => effect === 'Deny')
  const result =
    denying.length > 0 ? 'explicitDeny' : matched.length > 0 ? 'allowed' : 'implicitDeny'
  return {
    result,
    matched: result === 'explicitDeny' ? denying : matched,
    missingKeys: [...missingKeys],
  }
}

/** A permissions boundary limits: what it does not allow, no policy of the identity does. */
export function withinBoundary(decision: Decision, boundary: Decision): Decision {
  if (decision.result === 'explicitDeny') return decision
  if (boundary.result === 'explicitDeny') return boundary
  if (boundary.result === 'allowed') return decision
  return { ...decision, result: 'implicitDeny' }
}

function applies(
  statement: PolicyStatement,
  document: PolicyDocument,
  { request, missingKeys }: { request: AccessRequest; missingKeys: Set<string> },
): boolean {
  const { action, resource, context } = request
  const replace = (text: string): string | undefined =>
    document.version === '2012-10-17' ? substitute(text, context) : text
  if (!covers(statement.actions, (pattern) => actionMatches(pattern, action))) return false
  const resources = covers(statement.resources, (pattern) => {
    const replaced = replace(pattern)
    return replaced !== undefined && arnMatches(replaced, resource)
  })
  if (!resources) return false
  return statement.conditions.every((condition) => {
    const { met, missing } = meets(condition, context, replace)
    if (missing !== undefined) missingKeys.add(missing)
    return met
  })
}

function covers({ not, patterns }: Patterns, test: (pattern: string) => boolean): boolean {
  return patterns.some(test) !== not
}

/** Actions know no case. */
function actionMatches(pattern: string, action: string): boolean {
  return globMatches(pattern.toLowerCase(), action.toLowerCase())
}
