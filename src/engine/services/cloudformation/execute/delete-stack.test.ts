import { expect, test } from 'vitest'
import { StackDriver, parameter, topic } from '../testing/stack-driver.ts'

test('deletes in the opposite order of creation', async () => {
  const stacks = new StackDriver()
  await stacks.create('app', { Topic: topic('a'), Mail: parameter({ Ref: 'Topic' }) })
  stacks.fakes.log.length = 0
  await stacks.cloudformation.deleteStack({ StackName: 'app' })
  expect(await stacks.settle('app')).toBe('DELETE_COMPLETE')
  expect(stacks.fakes.log).toEqual([
    expect.stringMatching(/^DeleteParameter/),
    expect.stringMatching(/^DeleteTopic/),
  ])
  await expect(stacks.cloudformation.describeStacks({ StackName: 'app' })).rejects.toThrow(
    'Stack with id app does not exist',
  )
})

test('keeps what its deletion policy keeps', async () => {
  const stacks = new StackDriver()
  await stacks.create('app', { Topic: topic('a', 'x', { DeletionPolicy: 'Retain' }) })
  await stacks.cloudformation.deleteStack({ StackName: 'app' })
  expect(await stacks.settle('app')).toBe('DELETE_COMPLETE')
  expect(stacks.fakes.topics.size).toBe(1)
})

test('names what it could not delete, and may leave it there', async () => {
  const stacks = new StackDriver()
  await stacks.create('app', { Topic: topic('a'), Mail: parameter('x') })
  const { Stacks = [] } = await stacks.cloudformation.describeStacks({ StackName: 'app' })
  stacks.fakes.failing.set('DeleteTopic', 'it is loved')
  await stacks.cloudformation.deleteStack({ StackName: 'app' })
  expect(await stacks.settle('app')).toBe('DELETE_FAILED')
  expect((await stacks.events('app')).at(-1)).toBe(
    'app DELETE_FAILED The following resource(s) failed to delete: [Topic].',
  )
  expect(stacks.fakes.parameters.size).toBe(0)
  await stacks.cloudformation.deleteStack({ StackName: 'app', RetainResources: ['Topic'] })
  expect(await stacks.settle('app')).toBe('DELETE_COMPLETE')
  const { StackEvents = [] } = await stacks.cloudformation.describeStackEvents({
    StackName: Stacks[0]?.StackId ?? '',
  })
  expect(StackEvents[0]?.ResourceStatus).toBe('DELETE_COMPLETE')
})

test('treats what is gone already as deleted', async () => {
  const stacks = new StackDriver()
  await stacks.create('app', { Mail: parameter('x') })
  stacks.fakes.parameters.clear()
  await stacks.cloudformation.deleteStack({ StackName: 'app' })
  expect(await stacks.settle('app')).toBe('DELETE_COMPLETE')
})

test('refuses to delete a protected stack', async () => {
  const stacks = new StackDriver()
  await stacks.create('app', { Mail: parameter('x') })
  await stacks.cloudformation.updateTerminationProtection({
    StackName: 'app',
    EnableTerminationProtection: true,
  })
  await expect(stacks.cloudformation.deleteStack({ StackName: 'app' })).rejects.toThrow(
    'Stack [app] cannot be deleted while TerminationProtection is enabled',
  )
})

test('cuts a creation short to delete the stack', async () => {
  const stacks = new StackDriver()
  await stacks.cloudformation.createStack({
    StackName: 'app',
    TemplateBody: JSON.stringify({
      Resources: {
        Topic: topic('a'),
        Wait: {
          Type: 'AWS::CloudFormation::WaitCondition',
          DependsOn: 'Topic',
          CreationPolicy: { ResourceSignal: { Timeout: 'PT1H' } },
        },
      },
    }),
  })
  await stacks.engine.clock.advance(1000)
  await stacks.cloudformation.deleteStack({ StackName: 'app' })
  expect(await stacks.settle('app')).toBe('DELETE_COMPLETE')
  expect(stacks.fakes.topics.size).toBe(0)
})

test('refuses to delete what another stack imports', async () => {
  const stacks = new StackDriver()
  const Outputs = { Name: { Value: 'v', Export: { Name: 'shared' } } }
  await stacks.create('base', { Mail: parameter('x') }, { Outputs })
  await stacks.create('user', { Mail: parameter({ 'Fn::ImportValue': 'shared' }) })
  expect([...stacks.fakes.parameters.values()]).toEqual(['x', 'v'])
  await expect(stacks.cloudformation.deleteStack({ StackName: 'base' })).rejects.toThrow(
    'Export shared cannot be deleted as it is in use by user',
  )
  const { Imports } = await stacks.cloudformation.listImports({ ExportName: 'shared' })
  expect(Imports).toEqual(['user'])
})
