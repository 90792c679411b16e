import type { ServiceApi } from '../protocol/service-api.ts'

/** An HTTP answer, ready to be written. */
export interface Response {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string | Uint8Array
}

/** A JSON body, in the version of the service's protocol. */
export function jsonResponse(
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

export function xmlResponse(status: number, body: string, requestId: string): Response {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body,
  }
}

export function cborResponse(status: number, body: Uint8Array, requestId: string): Response {
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
