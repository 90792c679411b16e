import { spawn } from 'node:child_process'
import type { ServerUser } from './server-user.ts'

export interface ProgramRun {
  readonly file: string
  readonly args: readonly string[]
  readonly user: ServerUser | undefined
  readonly input?: string
}

/** Nothing of the engine's environment reaches PostgreSQL. */
export const PLAIN_ENVIRONMENT = { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' }

/** Runs one of PostgreSQL's programs to its end; rejects with what it said when it fails. */
export async function runProgram({ file, args, user, input }: ProgramRun): Promise<string> {
  const child = spawn(file, args, {
    cwd: '/',
    env: PLAIN_ENVIRONMENT,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...user,
  })
  const output: Buffer[] = []
  const errors: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  // A program that ends early closes its input; its exit code tells why.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const text = Buffer.concat(output).toString()
  const all = text + Buffer.concat(errors).toString()
  if (code === 0) return all
  const said = all.trim().split('\n').slice(-5)
  throw new Error(`${file.slice(file.lastIndexOf('/') + 1)} failed: ${said.join(' ')}`)
}
