import { expect, test } from 'vitest'
import { StackDriver, parameter, topic } from '../testing/stack-driver.ts'

test('creates resources in the order of their references and tells every step', async () => {
  const stacks = new StackDriver()
  const status = await stacks.create(
    'app',
    { Mail: parameter({ Ref: 'Topic' }), Topic: topic('alarms') },
    { Outputs: { Arn: { Value: { Ref: 'Topic' }, Export: { Name: 'arn' } } } },
  )
  expect(status).toBe('CREATE_COMPLETE')
  expect(await stacks.events('app')).toEqual([
    'app CREATE_IN_PROGRESS User Initiated',
    'Topic CREATE_IN_PROGRESS',
    'Topic CREATE_IN_PROGRESS Resource creation Initiated',
    'Topic CREATE_COMPLETE',
    'Mail CREATE_IN_PROGRESS',
    'Mail CREATE_IN_PROGRESS Resource creation Initiated',
    'Mail CREATE_COMPLETE',
    'app CREATE_COMPLETE',
  ])
  const { Stacks = [] } = await stacks.cloudformation.describeStacks({ StackName: 'app' })
  expect(Stacks[0]?.Outputs).toEqual([
    {
      OutputKey: 'Arn',
      OutputValue: 'arn:aws:sns:us-east-1:000000000000:alarms',
      ExportName: 'arn',
    },
  ])
  expect([...stacks.fakes.parameters.values()]).toEqual([
    'arn:aws:sns:us-east-1:000000000000:alarms',
  ])
})

test('names a resource after its stack, its logical id and a suffix', async () => {
  const stacks = new StackDriver()
  await stacks.create('app', { Mail: parameter('x') })
  expect([...stacks.fakes.parameters.keys()]).toEqual([
    expect.stringMatching(/^CFN-app-Mail-[A-Z0-9]{12}$/),
  ])
})

test('takes back what it made when a resource fails', async () => {
  const stacks = new StackDriver()
  stacks.fakes.failing.set('CreateTopic bad', 'no such luck')
  const status = await stacks.create('app', {
    Good: topic('good'),
    Bad: topic('bad', 'x', { DependsOn: 'Good' }),
    Never: parameter({ Ref: 'Bad' }),
  })
  expect(status).toBe('ROLLBACK_COMPLETE')
  expect(stacks.fakes.topics.size).toBe(0)
  const events = await stacks.events('app')
  expect(events.filter((line) => line.startsWith('app'))).toEqual([
    'app CREATE_IN_PROGRESS User Initiated',
    'app ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Bad]. ' +
      'Rollback requested by user.',
    'app ROLLBACK_COMPLETE',
  ])
  expect(events.find((line) => line.startsWith('Bad CREATE_FAILED'))).toMatch(
    /Resource handler returned message: "no such luck \(Service: Sns, Status Code: 400, Request ID/,
  )
  expect(events.some((line) => line.startsWith('Never'))).toBe(false)
})

test('cancels what is still being made when another resource fails', async () => {
  const stacks = new StackDriver()
  stacks.fakes.failing.set('CreateTopic bad', 'broken')
  const wait = {
    Type: 'AWS::CloudFormation::WaitCondition',
    CreationPolicy: { ResourceSignal: { Timeout: 'PT10M' } },
  }
  const status = await stacks.create('app', {
    Wait: wait,
    First: topic('first'),
    Bad: topic('bad', 'x', { DependsOn: 'First' }),
  })
  expect(status).toBe('ROLLBACK_COMPLETE')
  const events = await stacks.events('app')
  expect(events).toContain('Wait CREATE_FAILED Resource creation cancelled')
  expect(events).toContain(
    'app ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Bad, Wait]. ' +
      'Rollback requested by user.',
  )
})

test('leaves everything as it is when rollback is disabled, until it is asked for', async () => {
  const stacks = new StackDriver()
  stacks.fakes.failing.set('CreateTopic bad', 'broken')
  await stacks.cloudformation.createStack({
    StackName: 'app',
    OnFailure: 'DO_NOTHING',
    TemplateBody: JSON.stringify({
      Resources: { Good: topic('good'), Bad: topic('bad', 'x', { DependsOn: 'Good' }) },
    }),
  })
  expect(await stacks.settle('app')).toBe('CREATE_FAILED')
  expect(stacks.fakes.topics.size).toBe(1)
  await stacks.cloudformation.rollbackStack({ StackName: 'app' })
  expect(await stacks.settle('app')).toBe('ROLLBACK_COMPLETE')
  expect(stacks.fakes.topics.size).toBe(0)
})

test('refuses properties that the schema does not know', async () => {
  const stacks = new StackDriver()
  const bad = { Type: 'AWS::SNS::Topic', Properties: { TopicNam: 'x' } }
  expect(await stacks.create('app', { Bad: bad })).toBe('ROLLBACK_COMPLETE')
  expect(await stacks.events('app')).toContain(
    'Bad CREATE_FAILED Properties validation failed for resource Topic with message:\n' +
      '[#: extraneous key [TopicNam] is not permitted]',
  )
})

test('gives a stack up whose time is over, in real time', async () => {
  const stacks = new StackDriver()
  await stacks.cloudformation.createStack({
    StackName: 'app',
    TimeoutInMinutes: 1,
    TemplateBody: JSON.stringify({
      Resources: {
        Wait: {
          Type: 'AWS::CloudFormation::WaitCondition',
          CreationPolicy: { ResourceSignal: { Timeout: 'PT1H' } },
        },
      },
    }),
  })
  await stacks.engine.clock.advance(61_000)
  expect(await stacks.settle('app')).toBe('ROLLBACK_COMPLETE')
  expect(await stacks.events('app')).toContain(
    'app ROLLBACK_IN_PROGRESS Stack creation time exceeded the specified timeout. ' +
      'The following resource(s) failed to create: [Wait]. Rollback requested by user.',
  )
})
