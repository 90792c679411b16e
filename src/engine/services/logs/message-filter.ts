import { invalidParameter } from './errors.ts'

/** Tells whether a log event's message matches. */
export type MessageFilter = (message: string) => boolean

/** A pattern's `%expression%`; a malformed one is the client's mistake. */
export function regularExpression(source: string): RegExp {
  try {
    return new RegExp(source, 'u')
  } catch {
    throw invalidParameter(`Invalid regular expression in filter pattern: %${source}%`)
  }
}
