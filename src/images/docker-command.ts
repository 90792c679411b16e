import { spawn } from 'node:child_process'
import { LongshoreError } from '../base/errors.ts'

const KEPT_LINES = 20

export interface DockerCommand {
  /** What it is about, for an error's place. */
  readonly place: string
  readonly onLine?: (line: string) => void
  readonly input?: string
}

/** Runs Docker's command line; resolves to all that it printed. */
export function docker(args: readonly string[], command: DockerCommand): Promise<string> {
  const { place, onLine, input = '' } = command
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const child = spawn('docker', args, { stdio: 'pipe' })
  let output = ''
  const last: string[] = []
  const take = (chunk: Buffer): void => {
    output += chunk.toString()
    for (const line of chunk.toString().split(/[\r\n]+/)) {
      if (line.trim() === '') continue
      last.push(line)
      if (last.length > KEPT_LINES) last.shift()
      onLine?.(line)
    }
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  // A command that ends early does not read its input.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  child.on('error', ({ message }) => reject(failure(args, { place, why: message, last })))
  child.on('close', (code) => {
    if (code === 0) resolve(output)
    else reject(failure(args, { place, why: `exit code ${code ?? 1}`, last }))
  })
  return promise
}

function failure(
  [verb = '']: readonly string[],
  { place, why, last }: { place: string; why: string; last: readonly string[] },
): LongshoreError {
  const code = verb === 'build' ? 'build-failed' : 'docker'
  const subject = verb === 'build' ? 'the image does not build' : `docker ${verb} failed`
  return new LongshoreError(code, `${subject}: ${why}`, {
    place,
    cause: new Error(`\n    ${last.join('\n    ')}`),
    next:
      verb === 'build'
        ? 'Correct the step that its last lines show.'
        : 'Look whether Docker runs: docker info.',
  })
}
