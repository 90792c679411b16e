import { expect, test } from 'vitest'
import { EcsWorld } from '../testing/ecs-world.ts'

const ROLE = 'arn:aws:iam::000000000000:role/execution'
const awslogs = {
  logDriver: 'awslogs' as const,
  options: { 'awslogs-group': '/app', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'p' },
}

async function ended(world: EcsWorld, more: Parameters<EcsWorld['run']>[0] = {}) {
  const { taskArn } = await world.run(more)
  await world.clock.advance(300_000)
  return world.task(taskArn)
}

test('TASK-12: output goes to the log stream of its container, in batches', async () => {
  const world = await new EcsWorld().start()
  world.programs.set('chatty', { prints: Array.from({ length: 500 }, (_, i) => `line ${i}`) })
  await world.define(
    'api',
    { image: 'chatty', logConfiguration: awslogs },
    { executionRoleArn: ROLE },
  )
  const { taskArn } = await world.run()
  await world.clock.advance(5000)
  const stream = world.logs.streams.get(`p/web/${taskArn?.split('/').at(-1)}`)
  expect(stream).toHaveLength(500)
  expect(world.logs.calls).toBe(1)
})

test('TASK-12: what does not fit the buffer is lost, and the program goes on', async () => {
  const world = await new EcsWorld().start()
  world.programs.set('chatty', { prints: Array.from({ length: 100 }, () => 'x'.repeat(1000)) })
  const options = { ...awslogs.options, 'max-buffer-size': '10k' }
  const logConfiguration = { ...awslogs, options }
  await world.define('api', { image: 'chatty', logConfiguration }, { executionRoleArn: ROLE })
  const { taskArn } = await world.run()
  await world.clock.advance(5000)
  expect(world.logs.streams.get(`p/web/${taskArn?.split('/').at(-1)}`)).toHaveLength(9)
  expect((await world.task(taskArn)).lastStatus).toBe('RUNNING')
})

test('G3: a log group that is missing stops the task, unless the driver may make it', async () => {
  const world = await new EcsWorld().start()
  world.logs.groups.clear()
  await world.define('api', { logConfiguration: awslogs }, { executionRoleArn: ROLE })
  expect((await ended(world)).stoppedReason).toBe(
    'ResourceInitializationError: failed to validate logger args: create stream has been retried ' +
      '1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified ' +
      'log group does not exist.',
  )
  const options = { ...awslogs.options, 'awslogs-create-group': 'true' }
  await world.define(
    'api',
    { logConfiguration: { ...awslogs, options } },
    { executionRoleArn: ROLE },
  )
  const { taskArn } = await world.run()
  await world.clock.advance(5000)
  expect((await world.task(taskArn)).lastStatus).toBe('RUNNING')
})
