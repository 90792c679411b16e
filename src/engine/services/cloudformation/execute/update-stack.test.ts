import { expect, test } from 'vitest'
import { StackDriver, parameter, topic } from '../testing/stack-driver.ts'

const OLD = 'arn:aws:sns:us-east-1:000000000000:old'
const NEW = 'arn:aws:sns:us-east-1:000000000000:new'

async function stackWithTopic(): Promise<StackDriver> {
  const stacks = new StackDriver()
  await stacks.create('app', { Topic: topic('old'), Mail: parameter({ Ref: 'Topic' }) })
  stacks.fakes.log.length = 0
  return stacks
}

test('changes in place what can change in place', async () => {
  const stacks = await stackWithTopic()
  const resources = { Topic: topic('old', 'y'), Mail: parameter({ Ref: 'Topic' }) }
  expect(await stacks.update('app', resources)).toBe('UPDATE_COMPLETE')
  expect(stacks.fakes.log).toEqual([`SetTopicAttributes ${OLD} y`])
  expect((await stacks.events('app')).slice(-5)).toEqual([
    'app UPDATE_IN_PROGRESS User Initiated',
    'Topic UPDATE_IN_PROGRESS',
    'Topic UPDATE_COMPLETE',
    'app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'app UPDATE_COMPLETE',
  ])
})

test('replaces first, tells those that refer to it, and deletes the old one last', async () => {
  const stacks = await stackWithTopic()
  const resources = { Topic: topic('new'), Mail: parameter({ Ref: 'Topic' }) }
  expect(await stacks.update('app', resources)).toBe('UPDATE_COMPLETE')
  expect(stacks.fakes.log).toEqual([
    'CreateTopic new',
    expect.stringMatching(/^PutParameter/),
    `DeleteTopic ${OLD}`,
  ])
  expect((await stacks.events('app')).slice(-10)).toEqual([
    'app UPDATE_IN_PROGRESS User Initiated',
    'Topic UPDATE_IN_PROGRESS Requested update requires the creation of a new physical ' +
      'resource; hence creating one.',
    'Topic UPDATE_IN_PROGRESS Resource creation Initiated',
    'Topic UPDATE_COMPLETE',
    'Mail UPDATE_IN_PROGRESS',
    'Mail UPDATE_COMPLETE',
    'app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'Topic DELETE_IN_PROGRESS',
    'Topic DELETE_COMPLETE',
    'app UPDATE_COMPLETE',
  ])
})

test('keeps a replaced resource whose policy says so', async () => {
  const stacks = new StackDriver()
  await stacks.create('app', { Topic: topic('old', 'x', { UpdateReplacePolicy: 'Retain' }) })
  const resources = { Topic: topic('new', 'x', { UpdateReplacePolicy: 'Retain' }) }
  expect(await stacks.update('app', resources)).toBe('UPDATE_COMPLETE')
  expect([...stacks.fakes.topics.keys()]).toEqual([OLD, NEW])
  expect(await stacks.events('app')).toContain('Topic DELETE_SKIPPED')
})

test('puts everything back when a resource fails', async () => {
  const stacks = await stackWithTopic()
  stacks.fakes.failing.set('CreateTopic bad', 'no')
  const before = [...stacks.fakes.parameters]
  const status = await stacks.update('app', {
    Topic: topic('new'),
    Mail: parameter({ Ref: 'Topic' }),
    Extra: topic('extra'),
    Bad: topic('bad', 'x', { DependsOn: ['Mail', 'Extra'] }),
  })
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE')
  expect([...stacks.fakes.topics.keys()]).toEqual([OLD])
  expect([...stacks.fakes.parameters]).toEqual(before)
  const events = await stacks.events('app')
  expect(events.filter((line) => line.startsWith('app')).slice(-4)).toEqual([
    'app UPDATE_IN_PROGRESS User Initiated',
    'app UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Bad].',
    'app UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'app UPDATE_ROLLBACK_COMPLETE',
  ])
  const { StackResourceSummaries = [] } = await stacks.cloudformation.listStackResources({
    StackName: 'app',
  })
  expect(StackResourceSummaries.map((r) => r.LogicalResourceId)).toEqual(['Topic', 'Mail'])
})

test('goes back to the old definition after a rollback, so the old one is no change', async () => {
  const stacks = await stackWithTopic()
  stacks.fakes.failing.set('CreateTopic bad', 'no')
  const old = { Topic: topic('old'), Mail: parameter({ Ref: 'Topic' }) }
  const status = await stacks.update('app', {
    ...old,
    Topic: topic('old', 'y'),
    Bad: topic('bad', 'x', { DependsOn: 'Topic' }),
  })
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE')
  expect(stacks.fakes.topics.get(OLD)).toEqual({ DisplayName: 'x' })
  await expect(stacks.update('app', old)).rejects.toThrow('No updates are to be performed.')
})

test('says what failed to roll back, and goes on without it when told to', async () => {
  const stacks = await stackWithTopic()
  stacks.fakes.failing.set('SetTopicAttributes', 'no')
  const resources = { Topic: topic('old', 'y'), Mail: parameter({ Ref: 'Topic' }) }
  expect(await stacks.update('app', resources)).toBe('UPDATE_ROLLBACK_FAILED')
  expect((await stacks.events('app')).at(-1)).toBe(
    'app UPDATE_ROLLBACK_FAILED The following resource(s) failed to update: [Topic].',
  )
  await stacks.cloudformation.continueUpdateRollback({
    StackName: 'app',
    ResourcesToSkip: ['Topic'],
  })
  expect(await stacks.settle('app')).toBe('UPDATE_ROLLBACK_COMPLETE')
})

test('deletes what the template no longer has', async () => {
  const stacks = await stackWithTopic()
  expect(await stacks.update('app', { Topic: topic('old') })).toBe('UPDATE_COMPLETE')
  expect(stacks.fakes.parameters.size).toBe(0)
})

test('refuses an update that changes nothing', async () => {
  const stacks = await stackWithTopic()
  const same = { Topic: topic('old'), Mail: parameter({ Ref: 'Topic' }) }
  await expect(stacks.update('app', same)).rejects.toThrow('No updates are to be performed.')
})

test('stops an update that is cancelled and puts everything back', async () => {
  const stacks = await stackWithTopic()
  const wait = {
    Type: 'AWS::CloudFormation::WaitCondition',
    DependsOn: 'Topic',
    CreationPolicy: { ResourceSignal: { Timeout: 'PT1H' } },
  }
  await stacks.cloudformation.updateStack({
    StackName: 'app',
    TemplateBody: JSON.stringify({
      Resources: { Topic: topic('new'), Mail: parameter({ Ref: 'Topic' }), Wait: wait },
    }),
  })
  await stacks.engine.clock.advance(1000)
  await stacks.cloudformation.cancelUpdateStack({ StackName: 'app' })
  expect(await stacks.settle('app')).toBe('UPDATE_ROLLBACK_COMPLETE')
  expect([...stacks.fakes.topics.keys()]).toEqual([OLD])
  expect(await stacks.events('app')).toContain('Wait CREATE_FAILED Resource creation cancelled')
})

test('keeps a failed update for another try when rollback is disabled', async () => {
  const stacks = await stackWithTopic()
  stacks.fakes.failing.set('CreateTopic bad', 'no')
  await stacks.cloudformation.updateStack({
    StackName: 'app',
    DisableRollback: true,
    TemplateBody: JSON.stringify({
      Resources: { Topic: topic('new'), Bad: topic('bad', 'x', { DependsOn: 'Topic' }) },
    }),
  })
  expect(await stacks.settle('app')).toBe('UPDATE_FAILED')
  await stacks.cloudformation.rollbackStack({ StackName: 'app' })
  expect(await stacks.settle('app')).toBe('UPDATE_ROLLBACK_COMPLETE')
  expect([...stacks.fakes.topics.keys()]).toEqual([OLD])
  expect(stacks.fakes.parameters.size).toBe(1)
})

test('updates again after a failed update that was kept', async () => {
  const stacks = await stackWithTopic()
  stacks.fakes.failing.set('CreateTopic bad', 'no')
  const resources = { Topic: topic('new'), Bad: topic('bad', 'x', { DependsOn: 'Topic' }) }
  await stacks.cloudformation.updateStack({
    StackName: 'app',
    DisableRollback: true,
    TemplateBody: JSON.stringify({ Resources: resources }),
  })
  await stacks.settle('app')
  stacks.fakes.failing.clear()
  expect(await stacks.update('app', resources)).toBe('UPDATE_COMPLETE')
  expect([...stacks.fakes.topics.keys()].map((arn) => arn.split(':').at(-1))).toEqual([
    'new',
    'bad',
  ])
})
