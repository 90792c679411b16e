import type { Deployment, Service } from '@aws-sdk/client-ecs'
import { expect, test } from 'vitest'
import { testEngine } from '../../../testing/test-engine.ts'
import { createCloudformation } from '../service.ts'
import { isStable } from './ecs-service.ts'

const ARN = 'arn:aws:ecs:us-east-1:000000000000:service/main/api'

function service(deployments: Deployment[], more: Partial<Service> = {}): Service {
  return { status: 'ACTIVE', desiredCount: 2, runningCount: 2, deployments, ...more }
}

test('a service is stable when the deployment that the stack began is complete', () => {
  const own = { id: 'ecs-svc/2', status: 'PRIMARY' }
  const old = { id: 'ecs-svc/1', status: 'ACTIVE', rolloutState: 'COMPLETED' } as const
  expect(isStable(service([{ ...own, rolloutState: 'IN_PROGRESS' }, old]), 'ecs-svc/2')).toBe(false)
  expect(isStable(service([{ ...own, rolloutState: 'COMPLETED' }]), 'ecs-svc/2')).toBe(true)
})

test('a deployment that the circuit breaker gave up fails in the words of AWS', () => {
  const rolledBack = service([
    { id: 'ecs-svc/3', status: 'PRIMARY', rolloutState: 'IN_PROGRESS' },
    { id: 'ecs-svc/2', status: 'ACTIVE', rolloutState: 'FAILED' },
  ])
  const words = "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'."
  expect(() => isStable(rolledBack, 'ecs-svc/2')).toThrow(words)
  const gone = service([{ id: 'ecs-svc/3', status: 'PRIMARY', rolloutState: 'COMPLETED' }])
  expect(() => isStable(gone, 'ecs-svc/2')).toThrow(words)
})

/** An ECS that remembers what it was asked, and completes a deployment when told to. */
class FakeEcs {
  readonly updates: object[] = []
  rollout: Deployment['rolloutState'] = 'COMPLETED'
  deployment = 1
  #exists = false

  #view(): Service {
    const deployment: Deployment = {
      id: `ecs-svc/${this.deployment}`,
      status: 'PRIMARY',
      ...(this.rollout === undefined ? {} : { rolloutState: this.rollout }),
    }
    const status = this.#exists ? 'ACTIVE' : 'INACTIVE'
    return service([deployment], { serviceArn: ARN, serviceName: 'api', status })
  }

  readonly operations = {
    CreateService: async (input: object) => {
      this.#exists = true
      this.updates.push(input)
      return { service: this.#view() }
    },
    UpdateService: async (input: object) => {
      this.deployment += 1
      this.updates.push(input)
      return { service: this.#view() }
    },
    DescribeServices: async () => ({ services: [this.#view()] }),
    DeleteService: async () => {
      this.#exists = false
      return {}
    },
    TagResource: async () => ({}),
  }
}

function template(properties: object): string {
  return JSON.stringify({
    Resources: {
      Api: {
        Type: 'AWS::ECS::Service',
        Properties: {
          Cluster: 'main',
          TaskDefinition: 'api:1',
          LaunchType: 'FARGATE',
          ...properties,
        },
      },
    },
  })
}

function start(ecs: FakeEcs) {
  const engine = testEngine({ services: [createCloudformation], fakes: { ecs: ecs.operations } })
  const { cloudformation } = engine.calls()
  const status = async (): Promise<string> => {
    const { Stacks = [] } = await cloudformation.describeStacks({ StackName: 'app' })
    return Stacks[0]?.StackStatus ?? ''
  }
  return { engine, cloudformation, status }
}

test('leaves the desired count to scaling when the template says none', async () => {
  const ecs = new FakeEcs()
  const { engine, cloudformation, status } = start(ecs)
  await cloudformation.createStack({ StackName: 'app', TemplateBody: template({}) })
  await engine.clock.advance(1000)
  expect(await status()).toBe('CREATE_COMPLETE')
  expect(ecs.updates[0]).toMatchObject({ desiredCount: 1, cluster: 'main', launchType: 'FARGATE' })
  const next = template({ TaskDefinition: 'api:2', PlacementStrategies: [{ Type: 'random' }] })
  await cloudformation.updateStack({ StackName: 'app', TemplateBody: next })
  await engine.clock.advance(1000)
  expect(await status()).toBe('UPDATE_COMPLETE')
  expect(ecs.updates[1]).toEqual({
    cluster: 'main',
    service: ARN,
    taskDefinition: 'api:2',
    placementStrategy: [{ type: 'random' }],
  })
})

test('waits for the deployment, and fails the stack when ECS gives it up', async () => {
  const ecs = new FakeEcs()
  const { engine, cloudformation, status } = start(ecs)
  ecs.rollout = 'IN_PROGRESS'
  await cloudformation.createStack({ StackName: 'app', TemplateBody: template({}) })
  await engine.clock.advance(3600_000)
  expect(await status()).toBe('CREATE_IN_PROGRESS')
  ecs.rollout = 'FAILED'
  await engine.clock.advance(1000)
  expect(await status()).toBe('ROLLBACK_COMPLETE')
  const { StackEvents = [] } = await cloudformation.describeStackEvents({ StackName: 'app' })
  const failure = StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED')
  expect(failure?.ResourceStatusReason).toMatch(
    new RegExp(
      'Resource handler returned message: "Error occurred during operation ' +
        "'ECS Deployment Circuit Breaker was triggered'.\" \\(RequestToken: [0-9a-f-]+, " +
        'HandlerErrorCode: GeneralServiceException\\)',
    ),
  )
})

test('gives a service three hours', async () => {
  const ecs = new FakeEcs()
  const { engine, cloudformation, status } = start(ecs)
  ecs.rollout = 'IN_PROGRESS'
  await cloudformation.createStack({ StackName: 'app', TemplateBody: template({}) })
  await engine.clock.advance(3 * 3600_000 - 2000)
  expect(await status()).toBe('CREATE_IN_PROGRESS')
  await engine.clock.advance(5000)
  expect(await status()).toBe('ROLLBACK_COMPLETE')
})

test('does not wait in express mode', async () => {
  const ecs = new FakeEcs()
  const { engine, cloudformation, status } = start(ecs)
  ecs.rollout = 'IN_PROGRESS'
  await cloudformation.createStack({
    StackName: 'app',
    TemplateBody: template({}),
    DeploymentConfig: { Mode: 'EXPRESS' },
  })
  await engine.clock.advance(100)
  expect(await status()).toBe('CREATE_COMPLETE')
})
