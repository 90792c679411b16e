import { spawn } from 'node:child_process'

/** Nothing of the engine's own environment reaches a task. */
export const ENVIRONMENT = { PATH: process.env['PATH'] }

export interface RunResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, with what it printed. */
export function run(argv: readonly string[], input?: string): Promise<RunResult> {
  const [program = '', ...args] = argv
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'pipe', env: ENVIRONMENT })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += String(chunk)))
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 128, stdout, stderr }))
    // A program that does not read its input closes it early, which is its own business.
    child.stdin.on('error', () => {})
    child.stdin.end(input ?? '')
  })
}
