/** A policy document after reading: every "one or many" is many. */
export interface PolicyDocument {
  /** Only `2012-10-17` knows variables. */
  readonly version: string
  readonly statements: readonly PolicyStatement[]
}

export interface PolicyStatement {
  readonly sid: string | undefined
  readonly effect: 'Allow' | 'Deny'
  /** Patterns of actions, or of those that the statement leaves out. */
  readonly actions: Patterns
  readonly resources: Patterns
  readonly conditions: readonly PolicyCondition[]
}

export interface Patterns {
  readonly not: boolean
  readonly patterns: readonly string[]
}

export interface PolicyCondition {
  /** `StringLike`, `ForAnyValue:ArnEqualsIfExists`, … */
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

/** A statement as it is written, each member of any shape. */
export type WrittenStatement = Readonly<Record<string, unknown>>

/** The statements of a document as they are written; undefined when it is no JSON object. */
export function readDocument(
  text: string,
): { version: unknown; statements: WrittenStatement[] } | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined
  const { Version, Statement } = parsed as WrittenStatement
  const statements = [Statement ?? []].flat()
  if (statements.some((item) => typeof item !== 'object' || item === null)) return undefined
  return { version: Version ?? '2008-10-17', statements: statements as WrittenStatement[] }
}

/** Reads a document that is well formed; an unreadable one has no statements. */
export function parseDocument(text: string): PolicyDocument {
  const written = readDocument(text)
  if (written === undefined) return { version: '2008-10-17', statements: [] }
  return {
    version: String(written.version),
    statements: written.statements.map((statement) => ({
      sid: typeof statement['Sid'] === 'string' ? statement['Sid'] : undefined,
      effect: statement['Effect'] === 'Allow' ? 'Allow' : 'Deny',
      actions: patternsOf(statement, 'Action'),
      resources: patternsOf(statement, 'Resource'),
      conditions: conditionsOf(statement['Condition']),
    })),
  }
}

function patternsOf(statement: WrittenStatement, member: 'Action' | 'Resource'): Patterns {
  const not = statement[`Not${member}`]
  return not === undefined
    ? { not: false, patterns: strings(statement[member]) }
    : { not: true, patterns: strings(not) }
}

/** One value or a list of them, as strings: numbers and booleans may stand unquoted. */
export function strings(value: unknown): string[] {
  return [value ?? []].flat().map(String)
}

function conditionsOf(block: unknown): PolicyCondition[] {
  if (typeof block !== 'object' || block === null) return []
  return Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries((keys ?? {}) as object).map(([key, values]) => ({
      operator,
      key,
      values: strings(values),
    })),
  )
}
