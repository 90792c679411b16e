import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { LongshoreError } from '../base/errors.ts'
import { sha256 } from './embedded/files.ts'
import type { BuildRequest, PushedImage, PushRequest } from './images.ts'

const KEPT_LINES = 20

/** Builds with the Docker command line; resolves to a local tag of the image. */
export async function buildWithDocker(request: BuildRequest): Promise<string> {
  const tag = `longshore-build:${sha256(request.contextDir + (request.target ?? '')).slice(0, 16)}`
  const args = ['build', '--platform', request.platform, '--tag', tag]
  args.push('--file', join(request.contextDir, request.dockerfile))
  if (request.target !== undefined) args.push('--target', request.target)
  for (const [name, value] of Object.entries(request.buildArgs)) {
    args.push('--build-arg', `${name}=${value}`)
  }
  await docker([...args, request.contextDir], request.onEvent, request.contextDir)
  return tag
}

/** Pushes a local image; resolves to its reference by digest. */
export async function pushWithDocker(id: string, request: PushRequest): Promise<PushedImage> {
  const { repositoryUri, credentials, onEvent } = request
  const host = repositoryUri.slice(0, repositoryUri.indexOf('/'))
  const quiet = (): void => {}
  await docker(
    ['login', '--username', credentials.username, '--password-stdin', host],
    quiet,
    host,
    credentials.password,
  )
  const imageId = (await docker(['image', 'inspect', '--format', '{{.Id}}', id], quiet, id)).trim()
  const reference = `${repositoryUri}:${imageId.replace('sha256:', '').slice(0, 12)}`
  await docker(['tag', id, reference], quiet, id)
  const output = await docker(['push', reference], onEvent, reference)
  const digest = /digest: (sha256:[0-9a-f]{64})/.exec(output)?.[1]
  if (digest === undefined) {
    throw new LongshoreError('push-failed', 'Docker did not tell the digest of what it pushed', {
      place: reference,
    })
  }
  return { uri: `${repositoryUri}@${digest}`, existed: !/: Pushed/.test(output) }
}

function docker(
  args: readonly string[],
  onEvent: (event: { line: string }) => void,
  place: string,
  input = '',
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const child = spawn('docker', args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  const last: string[] = []
  const take = (chunk: Buffer): void => {
    output += chunk.toString()
    for (const line of chunk.toString().split(/[\r\n]+/)) {
      if (line.trim() === '') continue
      last.push(line)
      if (last.length > KEPT_LINES) last.shift()
      onEvent({ line })
    }
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const fail = (why: string): void =>
    reject(
      new LongshoreError('docker', `docker ${args[0] ?? ''} failed: ${why}`, {
        place,
        cause: new Error(`\n    ${last.join('\n    ')}`),
        next: 'Look at what it says.',
      }),
    )
  child.on('error', (error) => fail(error.message))
  child.on('close', (code) => (code === 0 ? resolve(output) : fail(`exit code ${code ?? 1}`)))
  return promise
}
