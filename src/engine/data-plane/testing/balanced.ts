import { onTestFinished } from 'vitest'
import type { VirtualClock } from '../../clock/virtual-clock.ts'
import type { Backend } from './backends.ts'
import { RawClient } from './raw-client.ts'
import { type TestPlane, testPlane } from './test-plane.ts'

export interface Balanced {
  readonly plane: TestPlane<VirtualClock>
  readonly url: string
  /** A new connection to the listener. */
  readonly client: () => RawClient
}

/** A load balancer before `backends`, all of them healthy; gone when the test is over. */
export async function balanced(...backends: Promise<Backend>[]): Promise<Balanced> {
  const plane = await testPlane()
  onTestFinished(() => plane.plane.stop())
  const servers = await Promise.all(backends)
  for (const server of servers) onTestFinished(() => server.close())
  if (servers.length > 0) await plane.register('arn:group', ...servers.map(({ port }) => port))
  return {
    plane,
    url: `http://127.0.0.1:${plane.port}`,
    client: () => {
      const client = new RawClient(plane.port)
      onTestFinished(() => {
        client.socket.destroy()
      })
      return client
    },
  }
}
