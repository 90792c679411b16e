import { RuntimeError } from '../runtime.ts'

/** A launcher's complaint in the words of ECS's container runtime. */
export function startFailure(program: string, error: unknown): RuntimeError {
  const text = error instanceof Error ? error.message : String(error)
  return new RuntimeError(
    'CannotStartContainerError',
    `OCI runtime create failed: runc create failed: unable to start container process: ` +
      `${reason(program, text)}: unknown`,
  )
}

/** Why a program could not be executed, as runc says it. */
export function reason(program: string, text: string): string {
  if (/failed to execute .*No such file/.test(text)) {
    const missing = program.includes('/')
      ? `stat ${program}: no such file or directory`
      : 'executable file not found in $PATH'
    return `exec: "${program}": ${missing}`
  }
  if (/failed to execute .*Permission denied/.test(text)) {
    return `exec: "${program}": permission denied`
  }
  if (/failed to execute .*Exec format error/.test(text)) {
    return `exec ${program}: exec format error`
  }
  return text
}
