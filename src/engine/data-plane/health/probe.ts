import type { Duplex } from 'node:stream'
import type { PrivateAddress } from '../../network/network.ts'
import type { HealthCheckConfig, TargetGroupConfig } from '../config.ts'
import { MAX_HEAD_BYTES } from '../http/fields.ts'
import { ResponseHead } from '../http/response-head.ts'
import { type Connector, isDropped, openConnection } from '../targets/open-connection.ts'
import { codeMatcher } from './matcher.ts'
import type { CheckResult } from './state.ts'

const PASSED: CheckResult = { passed: true }
const FAILED: CheckResult = {
  passed: false,
  reason: 'Target.FailedHealthChecks',
  description: 'Health checks failed',
}
const TIMED_OUT: CheckResult = {
  passed: false,
  reason: 'Target.Timeout',
  description: 'Request timed out',
}

export interface Probe {
  readonly group: TargetGroupConfig
  readonly target: { readonly ip: string; readonly port: number }
  /** The balancer's interface that checks. */
  readonly from: PrivateAddress
}

/** One health check. AWS: "Health checks for Application Load Balancer target groups". */
export async function probe(
  connector: Connector,
  { group, target, from }: Probe,
): Promise<CheckResult> {
  const check = group.healthCheck
  const port = check.port ?? target.port
  const { clock } = connector
  const startedAtMs = clock.now()
  let stream: Duplex
  try {
    stream = await openConnection(connector, {
      from,
      to: { vpcId: group.vpcId, ip: target.ip, port },
      tls: check.protocol === 'HTTPS',
      timeoutMs: check.timeoutMs,
    })
  } catch (error) {
    return isDropped(error) ? TIMED_OUT : FAILED
  }
  if (check.protocol === 'TCP') {
    stream.on('error', () => {})
    stream.destroy()
    return PASSED
  }
  const leftMs = startedAtMs + clock.real(check.timeoutMs) - clock.now()
  const status = await new Promise<number | 'timeout' | 'broken'>((resolve) => {
    const timer = clock.after(leftMs, () => resolve('timeout'))
    const settle = (outcome: number | 'broken'): void => {
      timer.cancel()
      resolve(outcome)
    }
    readStatus(stream, { check, host: `${target.ip}:${port}` }).then(settle, () => settle('broken'))
  })
  stream.destroy()
  if (status === 'timeout') return TIMED_OUT
  if (status === 'broken') return FAILED
  return codeMatcher(check.codes)(status)
    ? PASSED
    : {
        passed: false,
        reason: 'Target.ResponseCodeMismatch',
        description: `Health checks failed with these codes: [${status}]`,
      }
}

/** Asks, and resolves with the status; rejects when the answer is no HTTP. */
function readStatus(
  stream: Duplex,
  { check, host }: { check: HealthCheckConfig; host: string },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const head = new ResponseHead()
    let bytes = Buffer.alloc(0)
    stream.on('data', (part: Buffer) => {
      bytes = Buffer.concat([bytes, part])
      for (let end = bytes.indexOf('\r\n\r\n'); end >= 0; end = bytes.indexOf('\r\n\r\n')) {
        if (!head.read(bytes.toString('latin1', 0, end + 4), 'GET')) {
          reject(new Error('malformed answer'))
          return
        }
        if (head.status >= 200) {
          resolve(head.status)
          return
        }
        bytes = bytes.subarray(end + 4)
      }
      if (bytes.length > MAX_HEAD_BYTES) reject(new Error('head too long'))
    })
    stream.on('error', reject)
    stream.on('close', () => reject(new Error('closed without an answer')))
    stream.on('end', () => reject(new Error('closed without an answer')))
    stream.write(
      `GET ${check.path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n` +
        'User-Agent: ELB-HealthChecker/2.0\r\nAccept-Encoding: gzip, compressed\r\n\r\n',
    )
  })
}
