import type { IncomingHttpHeaders } from 'node:http'

const LOOPBACK_HOST = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|(?:[a-z0-9.-]+\.)?localhost)(?::\d{1,5})?$/i
const LINK_LOCAL_HOST = /^169\.254\.170\.3(?::\d{1,5})?$/

/**
 * Why a request is refused before anybody looks at it; undefined when it is not.
 *
 * The engine starts programs, and a web page in the user's browser can reach loopback: its requests
 * carry the page's `Origin`, or, when its name was made to point here, the page's `Host`.
 */
export function refusal(headers: IncomingHttpHeaders): string | undefined {
  const { host, origin } = headers
  if (host === undefined || !(LOOPBACK_HOST.test(host) || LINK_LOCAL_HOST.test(host))) {
    return 'This endpoint answers to loopback names only.'
  }
  if (origin === undefined) return undefined
  if (!URL.canParse(origin)) return 'Requests from web pages are not answered.'
  const { protocol, host: originHost } = new URL(origin)
  const own = (protocol === 'http:' || protocol === 'https:') && originHost === host
  return own ? undefined : 'Requests from web pages are not answered.'
}
