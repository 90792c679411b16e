import { AwsError } from '../aws-error.ts'
import { decodeCbor, encodeCbor, encodeCborError } from '../protocol/cbor.ts'
import { decodeJson, encodeJson } from '../protocol/json.ts'
import { decodeQuery } from '../protocol/query.ts'
import { serializationError } from '../protocol/serialization-error.ts'
import type { Protocol, ServiceApi } from '../protocol/service-api.ts'
import type { ServiceModel } from '../protocol/service-model.ts'
import type { OperationSchema, StructureShape } from '../protocol/shape.ts'
import type { Times } from '../protocol/times.ts'
import { encodeXmlMembers, escapeXml } from '../protocol/xml.ts'
import type { Identified } from './identify.ts'

export interface Response {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string | Uint8Array
}

/** A request's body as the operation's input, with its required members checked. */
export function decodeInput(
  request: Identified & { body: Buffer },
  { input }: OperationSchema,
  times: Times,
): object {
  const value = decodeBody(request, input, times)
  checkRequired(value, input, request.api)
  return value
}

function decodeBody(
  { protocol, api, form, body }: Identified & { body: Buffer },
  input: StructureShape,
  times: Times,
): object {
  switch (protocol) {
    case 'json':
      return decodeJson(body.toString(), input, times)
    case 'cbor':
      return decodeCbor(body, input, times)
    default:
      if (form === undefined) throw serializationError('The request has no form.')
      return decodeQuery(form, input, { dialect: api.query ?? 'awsQuery', times })
  }
}

function checkRequired(value: object, shape: StructureShape, api: ServiceApi): void {
  const missing = shape.members
    .slice(0, shape.required)
    .find(({ name }) => (value as Record<string, unknown>)[name] === undefined)
  if (missing === undefined) return
  const { name } = missing
  if (api.missingMember === 'MissingParameter') {
    throw new AwsError(
      'MissingParameter',
      `The request must contain the parameter ${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    )
  }
  const spelled = `${name.charAt(0).toLowerCase()}${name.slice(1)}`
  throw new AwsError(
    api.missingMember,
    `1 validation error detected: Value null at '${spelled}' failed to satisfy constraint: ` +
      'Member must not be null',
  )
}

/** An operation's output on the wire. */
export function encodeOutput(
  output: object,
  operation: OperationSchema,
  {
    protocol,
    api,
    requestId,
    times,
  }: {
    protocol: Protocol
    api: ServiceApi
    requestId: string
    times: Times
  },
): Response {
  const shape = operation.output
  switch (protocol) {
    case 'json':
      return json(200, encodeJson(output, shape, times), { api, requestId })
    case 'cbor':
      return cborResponse(200, encodeCbor(output, shape, times), requestId)
    case 'ec2': {
      const name = `${operation.name}Response`
      const members = encodeXmlMembers(output, shape, times)
      const id = `<requestId>${requestId}</requestId>`
      return xml(
        200,
        `<${name} xmlns="${api.xmlNamespace ?? ''}">${id}${members}</${name}>`,
        requestId,
      )
    }
    case 'query': {
      const members = encodeXmlMembers(output, shape, times)
      const name = operation.name
      const result = shape.members.length === 0 ? '' : `<${name}Result>${members}</${name}Result>`
      const meta = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`
      const body = `<${name}Response xmlns="${api.xmlNamespace ?? ''}">${result}${meta}</${name}Response>`
      return xml(200, body, requestId)
    }
  }
}

/** An error on the wire, in the shape of the caller's protocol. */
export function encodeError(
  error: AwsError,
  context: {
    protocol: Protocol
    api: ServiceApi | undefined
    model: ServiceModel | undefined
    requestId: string
  },
): Response {
  const { protocol, api, model, requestId } = context
  const schema = model?.errors.get(error.code)
  const status = error.status === 400 ? (schema?.status ?? 400) : error.status
  const fault = status < 500 ? 'Sender' : 'Receiver'
  const code = escapeXml(schema?.code ?? error.code)
  const message = escapeXml(error.message)
  switch (protocol) {
    case 'json': {
      const spelled = schema?.shape.members.some(({ name }) => name === 'Message') === true
      const body = JSON.stringify({
        __type: schema?.name ?? error.code,
        ...error.members,
        [spelled ? 'Message' : 'message']: error.message,
      })
      return json(status, body, { api, requestId })
    }
    case 'cbor': {
      const body = encodeCborError({ __type: schema?.name ?? error.code, message: error.message })
      const response = cborResponse(status, body, requestId)
      return {
        ...response,
        headers: { ...response.headers, 'x-amzn-query-error': `${code};${fault}` },
      }
    }
    case 'ec2':
      return xml(
        status,
        `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>${code}</Code>` +
          `<Message>${message}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
        requestId,
      )
    case 'query':
      return xml(
        status,
        `<ErrorResponse xmlns="${api?.xmlNamespace ?? ''}"><Error><Type>${fault}</Type>` +
          `<Code>${code}</Code><Message>${message}</Message></Error>` +
          `<RequestId>${requestId}</RequestId></ErrorResponse>`,
        requestId,
      )
  }
}

function json(
  status: number,
  body: string,
  { api, requestId }: { api: ServiceApi | undefined; requestId: string },
): Response {
  return {
    status,
    headers: {
      'content-type': `application/x-amz-json-${api?.jsonVersion ?? '1.1'}`,
      'x-amzn-requestid': requestId,
    },
    body,
  }
}

function xml(status: number, body: string, requestId: string): Response {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body,
  }
}

function cborResponse(status: number, body: Uint8Array, requestId: string): Response {
  return {
    status,
    headers: {
      'content-type': 'application/cbor',
      'smithy-protocol': 'rpc-v2-cbor',
      'x-amzn-requestid': requestId,
    },
    body,
  }
}
