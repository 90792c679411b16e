import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

const ANSWER_LIMIT_MS = 15_000

/** Whether a URL leads to this machine: the engine talks to nothing else. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname.replaceAll(/^\[|\]$/g, '')
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** Posts JSON; rejects unless the answer's status is 2xx. */
export function post(
  endpoint: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<void> {
  const url = new URL(endpoint)
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'POST',
        timeout: ANSWER_LIMIT_MS,
        headers: {
          ...headers,
          'content-type': 'text/plain; charset=UTF-8',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Amazon Simple Notification Service Agent',
        },
      },
      (response) => {
        response.resume()
        const status = response.statusCode ?? 0
        if (status >= 200 && status < 300) resolve()
        else reject(new Error(`The endpoint answered ${status}`))
      },
    )
    request.on('timeout', () => request.destroy(new Error('The endpoint did not answer')))
    request.on('error', reject)
    request.end(body)
  })
}
