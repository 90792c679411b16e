import type { IncomingHttpHeaders } from 'node:http'

const LOOPBACK_HOST = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|(?:[a-z0-9.-]+\.)?localhost)(?::\d{1,5})?$/i
const LINK_LOCAL_HOST = /^169\.254\.170\.3(?::\d{1,5})?$/

/**
 * Why a request is refused before anybody looks at it; undefined when it is not.
 *
 * The engine starts programs, and a web page in the user's browser can reach loopback. Its requests
 * carry the page's `Origin`; or, those that load an image or a script, `Sec-Fetch-Site`; or, when the
 * page's name was made to point here, that name as `Host`.
 */
export function refusal(headers: IncomingHttpHeaders): string | undefined {
  const { host, origin } = headers
  const site = headers['sec-fetch-site']
  if (host === undefined || !(LOOPBACK_HOST.test(host) || LINK_LOCAL_HOST.test(host))) {
    return 'This endpoint answers to loopback names only.'
  }
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return 'Requests from web pages are not answered.'
  }
  if (origin === undefined) return undefined
  if (!URL.canParse(origin)) return 'Requests from web pages are not answered.'
  const { protocol, host: originHost } = new URL(origin)
  const own = (protocol === 'http:' || protocol === 'https:') && originHost === host
  return own ? undefined : 'Requests from web pages are not answered.'
}
