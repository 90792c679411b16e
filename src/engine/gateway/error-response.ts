import type { AwsError } from '../aws-error.ts'
import { encodeCborError } from '../protocol/cbor.ts'
import { encodeJson } from '../protocol/json.ts'
import type { Protocol, ServiceApi } from '../protocol/service-api.ts'
import type { ServiceModel } from '../protocol/service-model.ts'
import type { StructureShape } from '../protocol/shape.ts'
import type { Times } from '../protocol/times.ts'
import { encodeXmlMembers, escapeXml } from '../protocol/xml.ts'
import { cborResponse, jsonResponse, type Response, xmlResponse } from './response.ts'

export interface ErrorContext {
  readonly protocol: Protocol
  readonly api: ServiceApi | undefined
  readonly model: ServiceModel | undefined
  readonly requestId: string
  readonly times: Times
}

/** Of an error that the service's model does not have. */
const UNKNOWN_SHAPE: StructureShape = {
  kind: 'structure',
  name: 'UnknownError',
  members: [],
  required: 0,
  converts: false,
}

/**
 * An error on the wire, in the shape of the caller's protocol. Code and status come from the
 * service's model, where it has them.
 */
export function errorResponse(error: AwsError, context: ErrorContext): Response {
  const { protocol, api, model, requestId, times } = context
  const schema = model?.errors.get(error.code)
  const shape = schema?.shape ?? UNKNOWN_SHAPE
  const status = error.status === 400 ? (schema?.status ?? 400) : error.status
  const fault = status < 500 ? 'Sender' : 'Receiver'
  const type = schema?.name ?? error.code
  const code = schema?.code ?? error.code
  const isMessage = (name: string): boolean => name.toLowerCase() === 'message'
  const message = shape.members.find(({ name }) => isMessage(name))?.name ?? 'message'
  switch (protocol) {
    case 'json': {
      const members = encodeJson({ ...error.members, [message]: error.message }, shape, times)
      const body = `{"__type":${JSON.stringify(type)},${members.slice(1)}`
      return jsonResponse(status, body, { api, requestId })
    }
    case 'cbor': {
      const said = { type, message: error.message, members: error.members }
      const body = encodeCborError(said, schema?.shape, times)
      const response = cborResponse(status, body, requestId)
      const headers = { ...response.headers, 'x-amzn-query-error': `${code};${fault}` }
      return { ...response, headers }
    }
    case 'ec2':
      return xmlResponse(
        status,
        '<?xml version="1.0" encoding="UTF-8"?>' +
          `<Response><Errors><Error><Code>${escapeXml(code)}</Code>` +
          `<Message>${escapeXml(error.message)}</Message></Error></Errors>` +
          `<RequestID>${requestId}</RequestID></Response>`,
        requestId,
      )
    case 'query':
      return xmlResponse(
        status,
        `<ErrorResponse xmlns="${api?.xmlNamespace ?? ''}"><Error><Type>${fault}</Type>` +
          `<Code>${escapeXml(code)}</Code><Message>${escapeXml(error.message)}</Message>` +
          `${encodeXmlMembers(error.members, shape, times)}</Error>` +
          `<RequestId>${requestId}</RequestId></ErrorResponse>`,
        requestId,
      )
  }
}
