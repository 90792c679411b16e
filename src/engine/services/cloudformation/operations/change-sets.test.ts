import { expect, test } from 'vitest'
import { StackDriver, parameter, topic } from '../testing/stack-driver.ts'

function body(resources: object, more: object = {}): string {
  return JSON.stringify({ Resources: resources, ...more })
}

test('a CREATE change set makes a stack under review, and executing it creates the stack', async () => {
  const stacks = new StackDriver()
  const { cloudformation } = stacks
  await cloudformation.createChangeSet({
    StackName: 'app',
    ChangeSetName: 'first',
    ChangeSetType: 'CREATE',
    TemplateBody: body({ Topic: topic('a'), Mail: parameter({ Ref: 'Topic' }) }),
  })
  expect(await stacks.status('app')).toBe('REVIEW_IN_PROGRESS')
  const described = await cloudformation.describeChangeSet({
    StackName: 'app',
    ChangeSetName: 'first',
  })
  expect(described).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' })
  expect(described.Changes?.map(({ ResourceChange }) => ResourceChange)).toMatchObject([
    { Action: 'Add', LogicalResourceId: 'Mail', ResourceType: 'AWS::SSM::Parameter' },
    { Action: 'Add', LogicalResourceId: 'Topic', ResourceType: 'AWS::SNS::Topic' },
  ])
  await cloudformation.executeChangeSet({ StackName: 'app', ChangeSetName: 'first' })
  expect(await stacks.settle('app')).toBe('CREATE_COMPLETE')
  const { ExecutionStatus } = await cloudformation.describeChangeSet({
    StackName: 'app',
    ChangeSetName: 'first',
  })
  expect(ExecutionStatus).toBe('EXECUTE_COMPLETE')
})

test('tells what is added, changed in place, replaced and removed, and why', async () => {
  const stacks = new StackDriver()
  await stacks.create('app', {
    Topic: topic('old'),
    Place: topic('place'),
    Mail: parameter({ Ref: 'Topic' }),
    Gone: parameter('x'),
  })
  await stacks.cloudformation.createChangeSet({
    StackName: 'app',
    ChangeSetName: 'next',
    TemplateBody: body({
      Topic: topic('new'),
      Place: topic('place', 'y'),
      Mail: parameter({ Ref: 'Topic' }),
      Fresh: topic('fresh'),
    }),
  })
  const { Changes = [] } = await stacks.cloudformation.describeChangeSet({
    StackName: 'app',
    ChangeSetName: 'next',
    IncludePropertyValues: true,
  })
  const byId = Object.fromEntries(
    Changes.map(({ ResourceChange }) => [ResourceChange?.LogicalResourceId, ResourceChange]),
  )
  expect(byId['Fresh']).toMatchObject({ Action: 'Add' })
  expect(byId['Gone']).toMatchObject({ Action: 'Remove', PolicyAction: 'Delete' })
  expect(byId['Place']).toMatchObject({
    Action: 'Modify',
    Replacement: 'False',
    Scope: ['Properties'],
    Details: [
      {
        Evaluation: 'Static',
        ChangeSource: 'DirectModification',
        Target: {
          Attribute: 'Properties',
          Name: 'DisplayName',
          RequiresRecreation: 'Never',
          BeforeValue: 'x',
          AfterValue: 'y',
        },
      },
    ],
  })
  expect(byId['Topic']).toMatchObject({ Action: 'Modify', Replacement: 'True' })
  expect(byId['Mail']).toMatchObject({
    Action: 'Modify',
    Replacement: 'False',
    Details: [
      {
        Evaluation: 'Dynamic',
        ChangeSource: 'ResourceReference',
        CausingEntity: 'Topic',
        Target: { Name: 'Value', AfterValue: '{{changeSet:KNOWN_AFTER_APPLY}}' },
      },
    ],
  })
})

test('a change set without changes fails in the words of AWS', async () => {
  const stacks = new StackDriver()
  await stacks.create('app', { Topic: topic('a') })
  await stacks.cloudformation.createChangeSet({
    StackName: 'app',
    ChangeSetName: 'same',
    TemplateBody: body({ Topic: topic('a') }),
  })
  const found = await stacks.cloudformation.describeChangeSet({
    StackName: 'app',
    ChangeSetName: 'same',
  })
  expect(found.Status).toBe('FAILED')
  expect(found.StatusReason).toBe(
    "The submitted information didn't contain changes. " +
      'Submit different information to create a change set.',
  )
  await expect(
    stacks.cloudformation.executeChangeSet({ StackName: 'app', ChangeSetName: 'same' }),
  ).rejects.toThrow('cannot be executed in its current status of [FAILED]')
})

test('a change of tags reaches every resource that takes tags', async () => {
  const stacks = new StackDriver()
  await stacks.create('app', { Topic: topic('a') })
  await stacks.cloudformation.createChangeSet({
    StackName: 'app',
    ChangeSetName: 'tags',
    UsePreviousTemplate: true,
    Tags: [{ Key: 'team', Value: 'x' }],
  })
  const { Changes = [] } = await stacks.cloudformation.describeChangeSet({
    StackName: 'app',
    ChangeSetName: 'tags',
  })
  expect(Changes[0]?.ResourceChange).toMatchObject({
    Action: 'Modify',
    Scope: ['Tags'],
    Details: [{ Target: { Attribute: 'Tags', RequiresRecreation: 'Never' } }],
  })
})

test('the value of a NoEcho parameter is shown nowhere, and a new value is a change', async () => {
  const stacks = new StackDriver()
  const Parameters = { Secret: { Type: 'String', NoEcho: true } }
  const resources = {
    Mail: parameter({ 'Fn::Sub': 'token=${Secret}' }),
    Copy: parameter({ 'Fn::GetAtt': ['Mail', 'Value'] }),
  }
  const Outputs = { Secret: { Value: { Ref: 'Secret' } } }
  const given = (value: string) => [{ ParameterKey: 'Secret', ParameterValue: value }]
  const template = body(resources, { Parameters, Outputs })
  await stacks.cloudformation.createStack({
    StackName: 'app',
    TemplateBody: template,
    Parameters: given('hunter2'),
  })
  expect(await stacks.settle('app')).toBe('CREATE_COMPLETE')
  expect([...stacks.fakes.parameters.values()]).toEqual(['token=hunter2', 'token=hunter2'])
  await stacks.cloudformation.createChangeSet({
    StackName: 'app',
    ChangeSetName: 'next',
    TemplateBody: template,
    Parameters: given('hunter3'),
  })
  const shown = JSON.stringify([
    await stacks.cloudformation.describeStackEvents({ StackName: 'app' }),
    await stacks.cloudformation.describeStacks({ StackName: 'app' }),
    await stacks.cloudformation.listStackResources({ StackName: 'app' }),
    await stacks.cloudformation.describeChangeSet({
      StackName: 'app',
      ChangeSetName: 'next',
      IncludePropertyValues: true,
    }),
  ])
  expect(shown).not.toContain('hunter')
  expect(shown).toContain('****')
  await stacks.cloudformation.executeChangeSet({ StackName: 'app', ChangeSetName: 'next' })
  expect(await stacks.settle('app')).toBe('UPDATE_COMPLETE')
  expect(stacks.fakes.parameters.values().next().value).toBe('token=hunter3')
})

test('a dynamic reference is resolved for the call and stands unresolved in every record', async () => {
  const stacks = new StackDriver()
  stacks.fakes.parameters.set('source', 'geheim')
  const reference = '{{resolve:ssm-secure:source}}'
  await stacks.create('app', { Mail: parameter(`x ${reference}`) })
  expect([...stacks.fakes.parameters.values()]).toContain('x geheim')
  const records = [...stacks.engine.store.collection('cloudformation/resources').values()]
  const events = [...stacks.engine.store.collection('cloudformation/events').values()]
  expect(JSON.stringify([records, events])).not.toContain('geheim')
})
