import { LongshoreError, messageOf } from '../../base/errors.ts'

/** An error as people read it: what, where, why, what next. */
export function errorText(error: unknown): string {
  if (!(error instanceof LongshoreError)) {
    const code = codeOf(error)
    return `longshore: ${code === undefined ? '' : `${code}: `}${messageOf(error)}`
  }
  const lines = [`longshore: ${error.message}`]
  if (error.place !== undefined) lines.push(`  Where: ${error.place}`)
  if (error.cause !== undefined) lines.push(`  Cause: ${messageOf(error.cause)}`)
  if (error.next !== undefined) lines.push(`  Next:  ${error.next}`)
  return lines.join('\n')
}

/** The same for `--json`. */
export function errorJson(error: unknown): object {
  if (error instanceof LongshoreError) {
    const { code, message, place, next } = error
    return { error: { code, message, place, next } }
  }
  return { error: { code: codeOf(error) ?? 'unexpected', message: messageOf(error) } }
}

export function exitCodeOf(error: unknown): number {
  return error instanceof LongshoreError ? error.exitCode : 1
}

/** The name of an AWS error, which says more than its message does. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name === 'Error') return undefined
  return error.name
}
