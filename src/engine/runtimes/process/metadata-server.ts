import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { MetadataRequest, MetadataResponse } from '../runtime.ts'

const MAX_BODY_BYTES = 64 * 1024

/**
 * Answers tasks at 169.254.170.2: whoever has the connection's address is asked. The server
 * listens nowhere; connections are given to it.
 */
export function metadataServer(
  answererOf: (ip: string) => ((request: MetadataRequest) => Promise<MetadataResponse>) | undefined,
): Server {
  return createServer((request, response) => {
    const answer = answererOf(request.socket.remoteAddress ?? '')
    void readBody(request)
      .then((body) => {
        if (answer === undefined || body === undefined) return NOT_HERE
        return answer({ method: request.method ?? 'GET', path: request.url ?? '/', body })
      })
      .catch((): MetadataResponse => FAILED)
      .then(({ status, contentType, body }) =>
        response.writeHead(status, { 'content-type': contentType }).end(body),
      )
  })
}

const NOT_HERE = { status: 404, contentType: 'text/plain', body: 'no such task\n' }
const FAILED = { status: 500, contentType: 'text/plain', body: 'the engine could not answer\n' }

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  let body = ''
  for await (const chunk of request) {
    body += String(chunk)
    if (body.length > MAX_BODY_BYTES) return undefined
  }
  return body
}
