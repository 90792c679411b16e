/** Answers that the load balancer makes itself. */

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Time-out',
  410: 'Gone',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  429: 'Too Many Requests',
  463: 'Too Many X-Forwarded-For Addresses',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
  505: 'HTTP Version Not Supported',
}

/** An answer, before it is put on a wire. */
export interface Generated {
  readonly status: number
  readonly contentType: string
  readonly body: string
  /** Further lines, with their CRLFs. */
  readonly lines: string
}

/** What the connection that an answer goes to needs. */
export interface GeneratedOptions {
  readonly keepAlive: boolean
  /** The request was `HEAD`: the body's length without the body. */
  readonly bodyless: boolean
  /** The value of `Date`. */
  readonly date: string
}

/** The short page with which AWS's load balancers answer errors and redirects. */
export function generatedPage(status: number, lines = ''): Generated {
  const title = `${status} ${reasonOf(status)}`
  const body =
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n` +
    `<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`
  return { status, contentType: 'text/html', body, lines }
}

export function generatedText(answer: Generated, options: GeneratedOptions): string {
  const { status, contentType, body, lines } = answer
  const bodyAllowed = status !== 204 && status !== 304
  const bytes = Buffer.byteLength(body)
  const content = bodyAllowed ? `Content-Type: ${contentType}\r\nContent-Length: ${bytes}\r\n` : ''
  const head =
    `HTTP/1.1 ${status} ${reasonOf(status)}\r\nServer: awselb/2.0\r\nDate: ${options.date}\r\n` +
    `${content}${lines}Connection: ${options.keepAlive ? 'keep-alive' : 'close'}\r\n\r\n`
  return bodyAllowed && !options.bodyless ? head + body : head
}

function reasonOf(status: number): string {
  return REASONS[status] ?? 'Unknown'
}
