import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import type { Clock } from '../../clock/clock.ts'
import { ConnectionDropped, type Network, type PrivateAddress } from '../../network/network.ts'

export interface Connector {
  readonly network: Network
  readonly clock: Clock
}

export interface ConnectionRequest {
  readonly from: PrivateAddress
  readonly to: PrivateAddress & { readonly port: number }
  /** Certificates of targets are not validated, as on AWS. */
  readonly tls: boolean
  /** Real. */
  readonly timeoutMs: number
}

/**
 * Opens a connection to a target within the time-out. Rejects with `ConnectionDropped` when the
 * time is over. Where the network says at once that packets would vanish, the time passes paced:
 * no program is being waited for.
 */
export async function openConnection(
  { network, clock }: Connector,
  { from, to, tls, timeoutMs }: ConnectionRequest,
): Promise<Duplex> {
  const attempt = openStream(network, { from, to, tls })
  let expired = false
  const limit = new Promise<never>((_, reject) => {
    const timer = clock.after(clock.real(timeoutMs), () => {
      expired = true
      reject(new ConnectionDropped(`no connection within ${timeoutMs} ms`))
    })
    const cancel = (): void => timer.cancel()
    attempt.then(cancel, cancel)
  })
  attempt.then(
    (late) => expired && late.destroy(),
    () => {},
  )
  try {
    return await Promise.race([attempt, limit])
  } catch (error) {
    if (!expired && isDropped(error)) await clock.sleep(timeoutMs)
    throw error
  }
}

export function isDropped(error: unknown): boolean {
  return error instanceof ConnectionDropped || codeOf(error) === 'ETIMEDOUT'
}

export function isRefused(error: unknown): boolean {
  return codeOf(error) === 'ECONNREFUSED'
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

async function openStream(
  network: Network,
  { from, to, tls }: Pick<ConnectionRequest, 'from' | 'to' | 'tls'>,
): Promise<Duplex> {
  const stream = await network.connect(from, to)
  if (!tls) return stream
  return new Promise((resolve, reject) => {
    const secure = connectTls({ socket: stream, rejectUnauthorized: false })
    secure.once('secureConnect', () => {
      secure.off('error', reject)
      resolve(secure)
    })
    secure.once('error', reject)
  })
}
