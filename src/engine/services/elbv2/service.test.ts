import { afterEach, expect, test } from 'vitest'
import {
  type BalancedEngine,
  balancedEngine,
  makeBalanced,
  reach,
  serve,
  urlOf,
} from './testing/balanced-engine.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function start(before: Parameters<typeof balancedEngine>[0] = {}): Promise<BalancedEngine> {
  const engine = await balancedEngine(before)
  cleanups.push(() => engine.stop())
  return engine
}

async function backend(answer: string): Promise<number> {
  const server = await serve((request, response) => response.end(`${answer} ${request.url}`))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return server.port
}

test('answers through a listener from a registered target once it is healthy', async () => {
  const engine = await start()
  const { elbv2 } = engine.calls
  const { targetGroupArn, url } = await makeBalanced(engine.calls)
  const port = await backend('hello')
  await elbv2.registerTargets({
    TargetGroupArn: targetGroupArn,
    Targets: [{ Id: '10.0.1.5', Port: port }],
  })
  const { TargetHealthDescriptions } = await elbv2.describeTargetHealth({
    TargetGroupArn: targetGroupArn,
  })
  expect(TargetHealthDescriptions?.[0]?.TargetHealth).toEqual({
    State: 'initial',
    Reason: 'Elb.RegistrationInProgress',
    Description: 'Target registration is in progress',
  })
  await reach(engine, targetGroupArn, 'healthy')
  const response = await fetch(`${url}/films?page=2`)
  expect(await response.text()).toBe('hello /films?page=2')
})

test('shows a deregistered target as draining for the delay and forgets it then', async () => {
  const engine = await start()
  const { elbv2 } = engine.calls
  const { targetGroupArn, url } = await makeBalanced(engine.calls)
  await elbv2.modifyTargetGroupAttributes({
    TargetGroupArn: targetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }],
  })
  const target = { Id: '10.0.1.5', Port: await backend('hello') }
  await elbv2.registerTargets({ TargetGroupArn: targetGroupArn, Targets: [target] })
  await reach(engine, targetGroupArn, 'healthy')
  await elbv2.deregisterTargets({ TargetGroupArn: targetGroupArn, Targets: [target] })
  expect((await fetch(url)).status).toBe(503)
  await engine.clock.advance(29_000)
  await reach(engine, targetGroupArn, 'draining')
  await engine.clock.advance(1_000)
  const asked = await elbv2.describeTargetHealth({
    TargetGroupArn: targetGroupArn,
    Targets: [target],
  })
  expect(asked.TargetHealthDescriptions?.[0]?.TargetHealth).toMatchObject({
    State: 'unused',
    Reason: 'Target.NotRegistered',
  })
})

test('takes up listeners, targets and ports again after a restart', async () => {
  const first = await start()
  const { targetGroupArn, listenerArn, url } = await makeBalanced(first.calls)
  await first.calls.elbv2.registerTargets({
    TargetGroupArn: targetGroupArn,
    Targets: [{ Id: '10.0.1.5', Port: await backend('again') }],
  })
  await first.stop()
  const second = await start({ store: first.store, clock: first.clock })
  expect(await urlOf(second.calls, listenerArn)).toBe(url)
  await reach(second, targetGroupArn, 'healthy')
  expect(await (await fetch(url)).text()).toBe('again /')
})
