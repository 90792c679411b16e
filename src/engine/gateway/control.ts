import { timingSafeEqual } from 'node:crypto'
import type { Mount } from '../services/service.ts'
import { answer } from './server.ts'

export interface ControlOptions {
  readonly token: string
  readonly health: () => object
  readonly onStop: () => void
}

/** The engine's own questions, which are no AWS operations: is it there, and please stop. */
export function controlMount({ token, health, onStop }: ControlOptions): Mount {
  return {
    prefix: '/_longshore/',
    handle: (request, response) => {
      request.resume()
      const route = `${request.method ?? ''} ${request.url ?? ''}`
      if (route === 'GET /_longshore/health') {
        answer(response, 200, health())
      } else if (route === 'POST /_longshore/stop') {
        if (!sameText(request.headers.authorization ?? '', `Bearer ${token}`)) {
          answer(response, 403, {
            message: 'The token is in the engine.json of its data directory.',
          })
          return
        }
        answer(response, 202, { stopping: true })
        onStop()
      } else {
        answer(response, 404, { message: 'There is nothing here.' })
      }
    },
  }
}

function sameText(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}
