const DATE = '20261120'

/** The bytes of a signed-looking request; neither peer checks the signature itself. */
function request(service: string, headers: Record<string, string>, body: string): Buffer {
  const authorization =
    `AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/${DATE}/us-east-1/${service}/aws4_request, ` +
    'SignedHeaders=host;x-amz-date, Signature=0000'
  const all = {
    host: 'localhost:4566',
    authorization,
    'x-amz-date': `${DATE}T120000Z`,
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

/** A call in AWS's JSON protocol. */
export function jsonRequest(service: string, target: string, input: object): Buffer {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target }
  return request(service, headers, JSON.stringify(input))
}

/** A call in AWS's query protocol. */
export function queryRequest(service: string, form: Record<string, string>): Buffer {
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  return request(service, headers, new URLSearchParams(form).toString())
}
