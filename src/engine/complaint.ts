import { LongshoreError, messageOf } from '../base/errors.ts'

/** Why an engine does not start, as one line of JSON for the program that started it. */
export function complaintOf(error: unknown): string {
  if (!(error instanceof LongshoreError)) {
    return JSON.stringify({ code: 'engine-start', message: messageOf(error) })
  }
  const { code, message, place, next } = error
  return JSON.stringify({ code, message, place, next })
}
