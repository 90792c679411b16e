import { AwsError } from '../aws-error.ts'
import { decodeCbor, encodeCbor } from '../protocol/cbor.ts'
import { decodeJson, encodeJson } from '../protocol/json.ts'
import { missingMember } from '../protocol/missing-member.ts'
import { decodeQuery } from '../protocol/query.ts'
import { serializationError } from '../protocol/serialization-error.ts'
import type { Protocol, ServiceApi } from '../protocol/service-api.ts'
import type { OperationSchema, StructureShape } from '../protocol/shape.ts'
import type { Times } from '../protocol/times.ts'
import { encodeXmlMembers } from '../protocol/xml.ts'
import type { Identified } from './identify.ts'
import { cborResponse, jsonResponse, type Response, xmlResponse } from './response.ts'

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
  const missing = missingMember(value, shape)
  if (missing === undefined) return
  if (api.missingMember === 'MissingParameter') {
    const spelled = missing.charAt(0).toUpperCase() + missing.slice(1)
    throw new AwsError(
      'MissingParameter',
      `The request must contain the parameter ${spelled.replaceAll(/\.(\d+)\.member/g, '.member.$1')}`,
    )
  }
  throw new AwsError(
    api.missingMember,
    `1 validation error detected: Value null at '${missing}' failed to satisfy constraint: ` +
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
      return jsonResponse(200, encodeJson(output, shape, times), { api, requestId })
    case 'cbor':
      return cborResponse(200, encodeCbor(output, shape, times), requestId)
    case 'ec2': {
      const name = `${operation.name}Response`
      const members = encodeXmlMembers(output, shape, times)
      const id = `<requestId>${requestId}</requestId>`
      return xmlResponse(
        200,
        `<${name} xmlns="${api.xmlNamespace ?? ''}">${id}${members}</${name}>`,
        requestId,
      )
    }
    case 'query': {
      const members = encodeXmlMembers(output, shape, times)
      const name = operation.name
      // An empty result has its element too; only an operation without any output has none.
      const result = shape.name === 'Unit' ? '' : `<${name}Result>${members}</${name}Result>`
      const meta = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`
      const body = `<${name}Response xmlns="${api.xmlNamespace ?? ''}">${result}${meta}</${name}Response>`
      return xmlResponse(200, body, requestId)
    }
  }
}
