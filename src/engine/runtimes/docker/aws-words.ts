import { messageOf } from '../../../base/errors.ts'
import { RuntimeError } from '../runtime.ts'

/** Docker's refusal to pull, in ECS's words (AWS: "CannotPullContainer task errors"). */
export function pullFailure(uri: string, error: unknown, platform: string): RuntimeError {
  const text = messageOf(error)
  const fail = (message: string): RuntimeError =>
    new RuntimeError('CannotPullContainerError', message)
  if (/no matching manifest|does not match the specified platform/i.test(text)) {
    return fail(
      'pull image manifest has been retried 1 time(s): ' +
        `image Manifest does not contain descriptor matching platform '${platform}'`,
    )
  }
  if (/manifest.*(unknown|not found)|not found: manifest/i.test(text)) {
    return fail(
      'pull image manifest has been retried 1 time(s): ' +
        `failed to resolve ref ${uri}: ${uri}: not found`,
    )
  }
  if (/toomanyrequests|rate limit/i.test(text)) {
    return fail(`pull image manifest has been retried 1 time(s): ${text}`)
  }
  if (/no space left on device/i.test(text)) {
    return fail(`ref pull has been retried 1 time(s): failed to extract layer: ${text}`)
  }
  if (isUnreachable(text)) {
    return fail(
      `pull image manifest has been retried 7 time(s): failed to resolve ref ${uri}: ` +
        `failed to do request: ${text}`,
    )
  }
  return fail(`pull image manifest has been retried 1 time(s): ${uri}: ${text}`)
}

const UNREACHABLE =
  /dial tcp|i\/o timeout|no such host|request canceled|connection refused|TLS handshake|EOF/i

/** Whether a registry could not be asked at all. */
export function isUnreachable(text: string): boolean {
  return UNREACHABLE.test(text)
}

/** Docker's refusal to create or start a container. */
export function startFailure(error: unknown): RuntimeError {
  const text = messageOf(error)
  const words = text.replace(/^failed to create (shim )?task(?: for container)?: /, '')
  return new RuntimeError('CannotStartContainerError', words)
}

export function createFailure(error: unknown): RuntimeError {
  return new RuntimeError('CannotCreateContainerError', messageOf(error))
}
