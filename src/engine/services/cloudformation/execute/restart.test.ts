import { expect, test } from 'vitest'
import { StackDriver, parameter, topic } from '../testing/stack-driver.ts'

/** Ends an engine without a word, as `kill -9` does, and starts another over its records. */
async function restart(stacks: StackDriver): Promise<StackDriver> {
  for (const service of stacks.engine.services.values()) await service.stop?.()
  stacks.fakes.gates.clear()
  const next = new StackDriver({ fakes: stacks.fakes, previous: stacks.engine })
  await next.engine.start()
  return next
}

const WAIT = {
  Type: 'AWS::CloudFormation::WaitCondition',
  DependsOn: 'Topic',
  CreationPolicy: { ResourceSignal: { Timeout: 'PT10M' } },
}

test('goes on with a creation where it stopped, without making anything twice', async () => {
  const stacks = new StackDriver()
  await stacks.cloudformation.createStack({
    StackName: 'app',
    TemplateBody: JSON.stringify({
      Resources: {
        Topic: topic('a'),
        Wait: WAIT,
        Mail: parameter('x', { DependsOn: 'Wait' }),
      },
    }),
  })
  await stacks.engine.clock.advance(1000)
  const next = await restart(stacks)
  expect(await next.status('app')).toBe('CREATE_IN_PROGRESS')
  await next.cloudformation.signalResource({
    StackName: 'app',
    LogicalResourceId: 'Wait',
    UniqueId: 'one',
    Status: 'SUCCESS',
  })
  expect(await next.settle('app')).toBe('CREATE_COMPLETE')
  expect(stacks.fakes.log.filter((line) => line.startsWith('CreateTopic'))).toHaveLength(1)
  expect(stacks.fakes.parameters.size).toBe(1)
})

test('goes on with the rollback of an update after a restart', async () => {
  const stacks = new StackDriver()
  await stacks.create('app', { Topic: topic('old') })
  await stacks.cloudformation.updateStack({
    StackName: 'app',
    TemplateBody: JSON.stringify({ Resources: { Topic: topic('new'), Wait: WAIT } }),
  })
  await stacks.engine.clock.advance(1000)
  const next = await restart(stacks)
  await next.engine.clock.advance(1000)
  await next.cloudformation.signalResource({
    StackName: 'app',
    LogicalResourceId: 'Wait',
    UniqueId: 'one',
    Status: 'FAILURE',
  })
  expect(await next.settle('app')).toBe('UPDATE_ROLLBACK_COMPLETE')
  expect([...stacks.fakes.topics.keys()]).toEqual(['arn:aws:sns:us-east-1:000000000000:old'])
})

test('goes on with a deletion after a restart', async () => {
  const stacks = new StackDriver()
  await stacks.create('app', { Topic: topic('a'), Mail: parameter({ Ref: 'Topic' }) })
  const release = stacks.fakes.hold('DeleteTopic')
  await stacks.cloudformation.deleteStack({ StackName: 'app' })
  await stacks.engine.clock.advance(1000)
  expect(stacks.fakes.parameters.size).toBe(0)
  release()
  const next = await restart(stacks)
  expect(await next.settle('app')).toBe('DELETE_COMPLETE')
  expect(stacks.fakes.topics.size).toBe(0)
})

test('a timed wait goes on counting from where it began', async () => {
  const stacks = new StackDriver()
  await stacks.cloudformation.createStack({
    StackName: 'app',
    TemplateBody: JSON.stringify({ Resources: { Topic: topic('a'), Wait: WAIT } }),
  })
  await stacks.engine.clock.advance(9 * 60_000)
  const next = await restart(stacks)
  await next.engine.clock.advance(61_000)
  expect(await next.settle('app')).toBe('ROLLBACK_COMPLETE')
  expect(await next.events('app')).toContain(
    'Wait CREATE_FAILED Failed to receive 1 resource signal(s) within the specified duration',
  )
})
