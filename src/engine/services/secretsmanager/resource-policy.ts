interface Statement {
  readonly Effect?: unknown
  readonly Principal?: unknown
  readonly Action?: unknown
  readonly NotAction?: unknown
  readonly Condition?: unknown
}

/** What is wrong with a resource policy's form; undefined when nothing is. */
export function policyProblem(text: string): string | undefined {
  const statements = statementsOf(text)
  if (statements === undefined) return 'This resource policy contains invalid Json'
  const complete = statements.every(
    ({ Effect, Principal, Action, NotAction }) =>
      (Effect === 'Allow' || Effect === 'Deny') &&
      Principal !== undefined &&
      (Action ?? NotAction) !== undefined,
  )
  if (complete && statements.length > 0) return undefined
  return 'This resource policy contains a syntax error.'
}

/** Whether a policy that is well formed lets everyone in. */
export function isPublic(text: string): boolean {
  return (statementsOf(text) ?? []).some(
    ({ Effect, Principal, Condition }) =>
      Effect === 'Allow' &&
      Condition === undefined &&
      (Principal === '*' || (Principal as { AWS?: unknown } | undefined)?.AWS === '*'),
  )
}

function statementsOf(text: string): Statement[] | undefined {
  try {
    const document: unknown = JSON.parse(text)
    const { Statement: statements } = document as { Statement?: unknown }
    return [statements ?? []].flat()
  } catch {
    return undefined
  }
}
