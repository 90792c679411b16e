import { isOperator } from './condition-operators.ts'
import { readDocument, strings, type WrittenStatement } from './document.ts'

const VERSIONS = ['2012-10-17', '2008-10-17']
const ACTION = /^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/
const RESOURCE = /^(\*|arn:[^:]*:.*|\$\{.*)$/s
const MEMBERS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]

/** An identity's policy says who is meant by where it hangs; a trust policy names principals. */
export type PolicyUse = 'identity' | 'trust'

/** What IAM finds wrong with a policy document, in its words; undefined when nothing is. */
export function documentProblem(text: string, use: PolicyUse): string | undefined {
  if (!/\S/.test(text) || !isJson(text)) return 'This policy contains invalid Json'
  const document = readDocument(text)
  if (document === undefined) return 'Syntax errors in policy.'
  if (!VERSIONS.includes(String(document.version))) {
    return 'The policy must contain a valid version string'
  }
  if (document.statements.length === 0) return 'Syntax errors in policy.'
  const sids = document.statements.flatMap(({ Sid }) => (typeof Sid === 'string' ? [Sid] : []))
  if (use === 'identity') {
    const odd = sids.find((sid) => !/^[A-Za-z0-9]*$/.test(sid))
    if (odd !== undefined) return 'Statement IDs (SID) must be alpha-numeric.'
  }
  if (new Set(sids).size < sids.length)
    return 'Statement IDs (SID) in a single policy must be unique.'
  for (const statement of document.statements) {
    const problem = statementProblem(statement, use)
    if (problem !== undefined) return problem
  }
  return undefined
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function statementProblem(statement: WrittenStatement, use: PolicyUse): string | undefined {
  if (Object.keys(statement).some((member) => !MEMBERS.includes(member))) {
    return 'Syntax errors in policy.'
  }
  const { Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal } = statement
  if (Effect === undefined) return 'Missing required field Effect'
  if (Effect !== 'Allow' && Effect !== 'Deny') return `Invalid effect: ${JSON.stringify(Effect)}`
  const actions = strings(Action ?? NotAction)
  if (actions.length === 0) {
    return use === 'trust'
      ? 'Missing required field Action'
      : 'Policy statement must contain actions.'
  }
  if (!actions.every((action) => ACTION.test(action))) {
    return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
  }
  if (use === 'trust') {
    if (Resource !== undefined || NotResource !== undefined) return 'Has prohibited field Resource'
    if (Principal === undefined && NotPrincipal === undefined) {
      return 'Missing required field Principal'
    }
    return principalProblem(Principal) ?? conditionProblem(statement['Condition'])
  }
  if (Principal !== undefined || NotPrincipal !== undefined) {
    return 'Policy document should not specify a principal.'
  }
  const resources = strings(Resource ?? NotResource)
  if (resources.length === 0) return 'Policy statement must contain resources.'
  const odd = resources.find((resource) => !RESOURCE.test(resource))
  if (odd !== undefined) return `Resource ${odd} must be in ARN format or "*".`
  return conditionProblem(statement['Condition'])
}

const PRINCIPAL_KINDS = ['AWS', 'Service', 'Federated', 'CanonicalUser']

function principalProblem(principal: unknown): string | undefined {
  if (principal === undefined || principal === '*') return undefined
  if (typeof principal !== 'object' || principal === null) return 'Syntax errors in policy.'
  for (const [kind, values] of Object.entries(principal)) {
    if (!PRINCIPAL_KINDS.includes(kind)) return `Invalid principal in policy: "${kind}"`
    if (kind !== 'Service') continue
    const odd = strings(values).find((value) => !/^[\w.-]+\.amazonaws\.com(\.cn)?$/.test(value))
    if (odd !== undefined) return `Invalid principal in policy: "SERVICE":"${odd}"`
  }
  return undefined
}

function conditionProblem(block: unknown): string | undefined {
  if (block === undefined) return undefined
  if (typeof block !== 'object' || block === null) return 'Syntax errors in policy.'
  for (const [operator, keys] of Object.entries(block)) {
    if (!isOperator(operator)) return `Invalid Condition type : ${operator}.`
    if (typeof keys !== 'object' || keys === null) return 'Syntax errors in policy.'
  }
  return undefined
}
