import { expect, test } from 'vitest'
import { StackDriver, topic } from '../testing/stack-driver.ts'

function waiting(count = 1): object {
  return {
    Type: 'AWS::CloudFormation::WaitCondition',
    CreationPolicy: { ResourceSignal: { Count: count, Timeout: 'PT5M' } },
  }
}

async function begin(resources: object): Promise<StackDriver> {
  const stacks = new StackDriver()
  await stacks.cloudformation.createStack({
    StackName: 'app',
    TemplateBody: JSON.stringify({ Resources: resources }),
  })
  await stacks.engine.clock.advance(1000)
  return stacks
}

function signal(stacks: StackDriver, UniqueId: string, Status: 'SUCCESS' | 'FAILURE') {
  return stacks.cloudformation.signalResource({
    StackName: 'app',
    LogicalResourceId: 'Wait',
    UniqueId,
    Status,
  })
}

test('waits for as many signals as it was told, each counted once', async () => {
  const stacks = await begin({ Wait: waiting(2) })
  await signal(stacks, 'one', 'SUCCESS')
  await signal(stacks, 'one', 'SUCCESS')
  await stacks.engine.clock.advance(1000)
  expect(await stacks.status('app')).toBe('CREATE_IN_PROGRESS')
  await signal(stacks, 'two', 'SUCCESS')
  expect(await stacks.settle('app')).toBe('CREATE_COMPLETE')
  expect(await stacks.events('app')).toContain(
    'Wait CREATE_IN_PROGRESS Received SUCCESS signal with UniqueId one',
  )
})

test('fails on a signal of failure', async () => {
  const stacks = await begin({ Topic: topic('a'), Wait: waiting() })
  await signal(stacks, 'migrate', 'FAILURE')
  expect(await stacks.settle('app')).toBe('ROLLBACK_COMPLETE')
  expect(await stacks.events('app')).toContain(
    'Wait CREATE_FAILED Received FAILURE signal with UniqueId migrate',
  )
})

test('fails when no signal comes in time', async () => {
  const stacks = await begin({ Wait: waiting() })
  await stacks.engine.clock.advance(300_000)
  expect(await stacks.settle('app')).toBe('ROLLBACK_COMPLETE')
})

test('refuses a signal to what does not wait', async () => {
  const stacks = new StackDriver()
  await stacks.create('app', { Wait: topic('a') })
  await expect(signal(stacks, 'one', 'SUCCESS')).rejects.toThrow(
    'Resource Wait is in CREATE_COMPLETE state and cannot be signaled',
  )
})
