import { type ErrorDetails, LongshoreError } from '../base/errors.ts'

/** One mistake in a definition. */
export interface Problem {
  readonly code: string
  /** `services.api.containers.app.image`. */
  readonly place: string
  readonly message: string
  readonly next: string
}

/** All mistakes of a definition as one error: a person wants to see them together. */
export class DefinitionError extends LongshoreError {
  readonly problems: readonly Problem[]

  constructor(code: string, message: string, problems: readonly Problem[], details: ErrorDetails) {
    super(code, message, { ...details, exitCode: 2 })
    this.problems = problems
  }
}

export function definitionError(problems: readonly Problem[]): DefinitionError {
  const [first, ...others] = problems
  if (first === undefined) throw new Error('there is no problem to report')
  if (others.length === 0) {
    const { code, message, place, next } = first
    return new DefinitionError(code, message, problems, { place, next })
  }
  const lines = problems.map(({ place, message, next }) => `  ${place}: ${message} ${next}`)
  return new DefinitionError(
    'definition',
    `the definition has ${problems.length} mistakes:\n${lines.join('\n')}`,
    problems,
    { next: 'Correct them; nothing was changed.' },
  )
}

/** The word of `known` that is nearest to `word`, when it is near enough to be what was meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1
      row[j] = Math.min(
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + change,
      )
    }
    previous = row
  }
  return previous[b.length] ?? 0
}
