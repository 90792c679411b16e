import { expect, test } from 'vitest'
import type { SandboxSpec } from '../../../runtimes/runtime.ts'
import { EcsWorld } from '../testing/ecs-world.ts'

const ROLE = 'arn:aws:iam::000000000000:role/task'

/** A running task, its environment and what its metadata address answers. */
async function arrange({ service }: { service: boolean }) {
  const world = new EcsWorld()
  const specs: SandboxSpec[] = []
  const createSandbox = world.runtime.createSandbox.bind(world.runtime)
  world.runtime.createSandbox = (spec) => {
    specs.push(spec)
    return createSandbox(spec)
  }
  await world.start()
  await world.define('api', {}, { taskRoleArn: ROLE })
  if (service) await world.serve()
  else await world.run()
  await world.clock.advance(5000)
  const [spec] = specs
  const [container] = world.runtime.started(spec?.taskId ?? '')
  const environment = container?.environment ?? {}
  const ask = async (url: string, method = 'GET', body = '') => {
    const path = url.replace('http://169.254.170.2', '')
    const answer = await spec?.metadata({ method, path, body })
    const json = JSON.parse(answer?.body ?? '{}') as Record<string, unknown>
    return { status: answer?.status, json }
  }
  return { world, environment, ask, taskId: spec?.taskId ?? '' }
}

test('TM1, TM5: a container is told where it is', async () => {
  const { environment, taskId } = await arrange({ service: false })
  expect(environment).toMatchObject({
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: 'http://169.254.170.3:4566',
    ECS_CONTAINER_METADATA_URI_V4: `http://169.254.170.2/v4/${taskId}-web`,
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: expect.stringMatching(
      /^\/v2\/credentials\/[0-9a-f-]{36}$/,
    ),
  })
})

test('TM2, TM3: metadata version 4 describes container and task, with their figures', async () => {
  const { environment, ask, taskId } = await arrange({ service: true })
  const base = environment['ECS_CONTAINER_METADATA_URI_V4'] ?? ''
  const container = await ask(base)
  expect(container.json).toMatchObject({
    Name: 'web',
    Image: 'good',
    KnownStatus: 'RUNNING',
    Type: 'NORMAL',
    Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: ['10.0.0.1'] }],
  })
  const task = await ask(`${base}/task`)
  expect(task.json).toMatchObject({
    Family: 'api',
    Revision: '1',
    ServiceName: 'api',
    LaunchType: 'FARGATE',
    AvailabilityZone: 'us-east-1a',
    Limits: { CPU: 0.25, Memory: 512 },
    Containers: [{ Name: 'web' }],
  })
  expect(task.json).not.toHaveProperty('TaskTags')
  expect((await ask(`${base}/taskWithTags`)).json).toHaveProperty('TaskTags')
  expect((await ask(`${base}/stats`)).json).toMatchObject({ id: `${taskId}-0` })
  expect((await ask(`${base}/task/stats`)).json).toHaveProperty(`${taskId}-0`)
  expect((await ask(`${base}/nonsense`)).status).toBe(404)
})

test('TM4: credentials of the task role are handed out to those who know where', async () => {
  const { environment, ask } = await arrange({ service: false })
  const { json } = await ask(environment['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] ?? '')
  expect(json).toMatchObject({ RoleArn: ROLE, AccessKeyId: 'ASIA1', Token: 'token' })
  expect(Date.parse(String(json['Expiration']))).toBeGreaterThan(0)
  const guess = await ask('/v2/credentials/00000000-0000-4000-8000-000000000000')
  expect(guess).toMatchObject({ status: 400, json: { code: 'InvalidIdInRequest' } })
})

test('TASK-13: a task protects itself from scale-in', async () => {
  const { world, environment, ask } = await arrange({ service: true })
  const url = `${environment['ECS_AGENT_URI'] ?? ''}/task-protection/v1/state`
  const put = await ask(
    url,
    'PUT',
    JSON.stringify({ ProtectionEnabled: true, ExpiresInMinutes: 5 }),
  )
  expect(put.json).toMatchObject({ protection: { ProtectionEnabled: true } })
  expect((await ask(url)).json).toMatchObject({ protection: { ProtectionEnabled: true } })
  await world.clock.advance(301_000)
  expect((await ask(url)).json).toMatchObject({ protection: { ProtectionEnabled: false } })
  expect((await ask(url, 'PUT', 'no json')).status).toBe(400)
})
