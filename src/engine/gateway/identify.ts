import type { IncomingHttpHeaders } from 'node:http'
import { AwsError } from '../aws-error.ts'
import { type Protocol, SERVICE_APIS, type ServiceApi } from '../protocol/service-api.ts'

export interface Request {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What a request wants, and who signed it. */
export interface Identified {
  readonly api: ServiceApi
  readonly operation: string
  readonly protocol: Protocol
  /** The form of a query request. */
  readonly form: URLSearchParams | undefined
  readonly signature: Signature
}

export interface Signature {
  readonly accessKeyId: string
  readonly region: string
  readonly service: string
  readonly sessionToken: string | undefined
}

const byTarget = new Map(SERVICE_APIS.flatMap((api) => (api.target ? [[api.target, api]] : [])))
const bySigningName = new Map(
  SERVICE_APIS.flatMap((api) => api.signingNames.map((name) => [name, api] as const)),
)
const CBOR_PATH = /^\/service\/([^/]+)\/operation\/([^/?]+)/
const CREDENTIAL = /^([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/
const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/

/** Finds service, operation and protocol. Throws AWS's error when the request names none. */
export function identify(request: Request): Identified {
  const protocol = protocolOf(request)
  const form = protocol === 'query' ? formOf(request) : undefined
  const signature = signatureOf(request.headers, form)
  switch (protocol) {
    case 'json':
      return { ...jsonOperation(request), protocol, form, signature }
    case 'cbor':
      return { ...cborOperation(request), protocol, form, signature }
    default:
      return { ...queryOperation(form ?? new URLSearchParams(), signature), form, signature }
  }
}

/** Which protocol a request speaks, told by its headers and path alone. */
export function protocolOf({ headers, url }: Pick<Request, 'headers' | 'url'>): Protocol {
  if (headers['smithy-protocol'] === 'rpc-v2-cbor' || CBOR_PATH.test(url)) return 'cbor'
  return headers['x-amz-target'] === undefined ? 'query' : 'json'
}

function jsonOperation({ headers }: Request): { api: ServiceApi; operation: string } {
  const target = String(headers['x-amz-target'])
  const dot = target.lastIndexOf('.')
  const api = byTarget.get(target.slice(0, dot))
  if (api === undefined) {
    throw new AwsError('UnknownOperationException', `The engine has no service "${target}".`)
  }
  return { api, operation: target.slice(dot + 1) }
}

function cborOperation({ url }: Request): { api: ServiceApi; operation: string } {
  const [, service = '', operation = ''] = CBOR_PATH.exec(url) ?? []
  const api = byTarget.get(service)
  if (api === undefined) {
    throw new AwsError('UnknownOperationException', `The engine has no service "${service}".`)
  }
  return { api, operation }
}

function queryOperation(
  form: URLSearchParams,
  { service }: Signature,
): { api: ServiceApi; operation: string; protocol: Protocol } {
  const operation = form.get('Action')
  if (operation === null) {
    throw new AwsError('MissingAction', 'The request must contain the parameter Action.')
  }
  const api = bySigningName.get(service)
  if (api?.query === undefined) {
    throw new AwsError('InvalidAction', `The engine has no service "${service}".`)
  }
  return { api, operation, protocol: api.query === 'ec2Query' ? 'ec2' : 'query' }
}

function formOf({ method, url, body }: Request): URLSearchParams {
  const query = url.indexOf('?')
  const form = new URLSearchParams(query < 0 ? '' : url.slice(query + 1))
  if (method === 'POST') {
    for (const [name, value] of new URLSearchParams(body.toString())) form.append(name, value)
  }
  return form
}

/** The signature's credential scope. Unsigned requests are refused as AWS refuses them. */
function signatureOf(headers: IncomingHttpHeaders, form: URLSearchParams | undefined): Signature {
  const { authorization } = headers
  const scope = authorization === undefined ? presignedScope(form) : headerScope(authorization)
  const [, accessKeyId = '', region = '', service = ''] = CREDENTIAL.exec(scope) ?? []
  if (accessKeyId === '') {
    throw incomplete('Credential must have the scope KEY/YYYYMMDD/REGION/SERVICE/aws4_request.')
  }
  if (!REGION.test(region)) {
    throw new AwsError(
      'SignatureDoesNotMatch',
      `Credential should be scoped to a valid region, not '${region}'.`,
      { status: 403 },
    )
  }
  const token = headers['x-amz-security-token'] ?? form?.get('X-Amz-Security-Token')
  return {
    accessKeyId,
    region,
    service,
    sessionToken: typeof token === 'string' ? token : undefined,
  }
}

function headerScope(authorization: string): string {
  if (!authorization.startsWith('AWS4-HMAC-SHA256 ')) {
    throw incomplete('Authorization header requires the algorithm AWS4-HMAC-SHA256.')
  }
  for (const parameter of ['Credential', 'SignedHeaders', 'Signature']) {
    if (!authorization.includes(`${parameter}=`)) {
      throw incomplete(`Authorization header requires '${parameter}' parameter.`)
    }
  }
  return authorization.slice(authorization.indexOf('Credential=') + 'Credential='.length)
}

function presignedScope(form: URLSearchParams | undefined): string {
  const credential = form?.get('X-Amz-Credential')
  if (typeof credential === 'string') return credential
  throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', {
    status: 403,
  })
}

function incomplete(message: string): AwsError {
  return new AwsError('IncompleteSignature', message)
}
