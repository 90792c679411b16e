import { expect, test } from 'vitest'
import { EcsWorld } from './testing/ecs-world.ts'

test('a restart in the middle of a roll-out converges on the new revision', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve({ desiredCount: 3, loadBalancers: world.loadBalancers })
  await world.steady()
  const arn = await world.define('api')
  await world.ecs.updateService({ cluster: 'main', service: 'api', taskDefinition: 'api' })
  await world.clock.advance(3000)
  const old = (await world.tasks()).map(({ taskArn }) => taskArn)

  const next = await world.restarted()
  for (const taskArn of old) {
    expect(await next.task(taskArn)).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'TerminationNotice',
    })
  }
  await next.steady()
  const tasks = await next.tasks()
  expect(tasks).toHaveLength(3)
  expect(tasks.every(({ taskDefinitionArn }) => taskDefinitionArn === arn)).toBe(true)
  await next.clock.advance(60_000)
  expect(next.group.targets.size).toBe(3)
})

test('an engine that stops leaves records as they are, and no task running', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  const { taskArn } = await world.run()
  await world.clock.advance(10_000)
  expect((await world.task(taskArn)).lastStatus).toBe('RUNNING')
  await world.engine.services.get('ecs')?.stop?.()
  expect(world.runtime.taskIds).toEqual([])
  const record = [...world.engine.store.collection<{ lastStatus: string }>('ecs/tasks').values()]
  expect(record.map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING'])
})
