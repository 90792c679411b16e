import { expect, test } from 'vitest'
import { EcsWorld } from '../testing/ecs-world.ts'

const SUBNETS = { awsvpcConfiguration: { subnets: ['subnet-a'] } }

test('API-2: what is not there is a failure, not an error', async () => {
  const { ecs } = await new EcsWorld().start()
  const arn = (resource: string) => `arn:aws:ecs:us-east-1:000000000000:${resource}`
  expect(await ecs.describeClusters({ clusters: ['no'] })).toMatchObject({
    clusters: [],
    failures: [{ arn: arn('cluster/no'), reason: 'MISSING' }],
  })
  expect(await ecs.describeServices({ cluster: 'main', services: ['no'] })).toMatchObject({
    failures: [{ arn: arn('service/main/no'), reason: 'MISSING' }],
  })
  expect(await ecs.describeTasks({ cluster: 'main', tasks: ['no'] })).toMatchObject({
    failures: [{ arn: arn('task/main/no'), reason: 'MISSING' }],
  })
  await expect(ecs.describeServices({ cluster: 'no', services: ['a'] })).rejects.toMatchObject({
    code: 'ClusterNotFoundException',
  })
  await expect(ecs.describeTaskDefinition({ taskDefinition: 'no' })).rejects.toMatchObject({
    code: 'ClientException',
    message: 'Unable to describe task definition.',
  })
})

test('API-3: lists come in pages', async () => {
  const { ecs } = await new EcsWorld().start()
  for (const name of ['a', 'b', 'c', 'd']) await ecs.createCluster({ clusterName: name })
  const first = await ecs.listClusters({ maxResults: 3 })
  expect(first.clusterArns).toHaveLength(3)
  const { nextToken } = first
  const second = await ecs.listClusters({ maxResults: 3, nextToken })
  expect(second.clusterArns).toHaveLength(2)
  expect(second.nextToken).toBeUndefined()
  await expect(ecs.listClusters({ nextToken: 'odd' })).rejects.toThrow('Invalid token')
})

test('R13: a describe has its limits', async () => {
  const { ecs } = await new EcsWorld().start()
  const services = Array.from({ length: 11 }, (_, i) => `s${i}`)
  await expect(ecs.describeServices({ cluster: 'main', services })).rejects.toThrow('10 items')
})

test('a cluster is made once, and goes only when it is empty', async () => {
  const world = await new EcsWorld().start()
  const { cluster } = await world.ecs.createCluster({ clusterName: 'main' })
  expect(cluster).toMatchObject({ clusterName: 'main', status: 'ACTIVE' })
  await world.define('api')
  await world.serve()
  await expect(world.ecs.deleteCluster({ cluster: 'main' })).rejects.toMatchObject({
    code: 'ClusterContainsServicesException',
  })
  await world.ecs.deleteService({ cluster: 'main', service: 'api', force: true })
  await world.clock.advance(60_000)
  await world.ecs.deleteCluster({ cluster: 'main' })
  expect((await world.ecs.listClusters({})).clusterArns).toEqual([])
})

test('TASK-16: revisions count on for ever; inactive ones start nothing', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  const second = await world.define('api')
  expect(second).toMatch(/api:2$/)
  await world.ecs.deregisterTaskDefinition({ taskDefinition: 'api:2' })
  const { taskDefinition } = await world.ecs.describeTaskDefinition({ taskDefinition: 'api' })
  expect(taskDefinition?.revision).toBe(1)
  await expect(world.run({ taskDefinition: 'api:2' })).rejects.toThrow('TaskDefinition is inactive')
  const { failures } = await world.ecs.deleteTaskDefinitions({ taskDefinitions: ['api:1'] })
  expect(failures?.[0]?.reason).toContain('still in ACTIVE status')
  await world.ecs.deleteTaskDefinitions({ taskDefinitions: ['api:2'] })
  await expect(world.ecs.describeTaskDefinition({ taskDefinition: 'api:2' })).rejects.toThrow()
  expect(await world.define('api')).toMatch(/api:3$/)
})

test('TASK-16: a deleted definition stays as long as something uses it', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve()
  await world.steady()
  await world.ecs.deregisterTaskDefinition({ taskDefinition: 'api:1' })
  await world.ecs.deleteTaskDefinitions({ taskDefinitions: ['api:1'] })
  const { taskDefinition } = await world.ecs.describeTaskDefinition({ taskDefinition: 'api:1' })
  expect(taskDefinition?.status).toBe('DELETE_IN_PROGRESS')
  const [task] = await world.tasks()
  await world.ecs.stopTask({ cluster: 'main', task: task?.taskArn })
  await world.clock.advance(60_000)
  expect(await world.tasks()).toHaveLength(1)
})

test('L8: RunTask repeats nothing for a token that it knows', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  const first = await world.run({ clientToken: 'once' })
  const again = await world.run({ clientToken: 'once' })
  expect(again.taskArn).toBe(first.taskArn)
  await expect(world.run({ clientToken: 'once', count: 2 })).rejects.toMatchObject({
    code: 'ConflictException',
  })
})

test('TASK-14: RunTask takes up to ten tasks, of known containers, in known subnets', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  const { tasks } = await world.ecs.runTask({
    cluster: 'main',
    taskDefinition: 'api',
    launchType: 'FARGATE',
    networkConfiguration: SUBNETS,
    count: 10,
    startedBy: 'me',
  })
  expect(tasks).toHaveLength(10)
  await expect(world.run({ count: 11 })).rejects.toThrow('between 1 and 10')
  const containerOverrides = [{ name: 'other' }]
  await expect(world.run({ overrides: { containerOverrides } })).rejects.toThrow(
    'Override for container named other is not a container in the TaskDefinition.',
  )
  const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-x'] } }
  await expect(world.run({ networkConfiguration })).rejects.toThrow('InvalidSubnetID.NotFound')
  await expect(world.run({ networkConfiguration: {} })).rejects.toThrow(
    "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
  )
})

test('TASK-14: overrides reach the container, and only its task', async () => {
  const world = await new EcsWorld().start()
  await world.define('api', { environment: [{ name: 'A', value: '1' }] })
  const { taskArn = '' } = await world.run({
    overrides: {
      containerOverrides: [
        { name: 'web', command: ['migrate'], environment: [{ name: 'A', value: '2' }] },
      ],
    },
  })
  await world.clock.advance(5000)
  const [spec] = world.runtime.started(taskArn.split('/').at(-1) ?? '')
  expect(spec).toMatchObject({ argv: ['migrate'], environment: { A: '2' } })
})

test('CP1, CP3: a launch type or capacity providers, and what AWS says otherwise', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  const spot = { capacityProvider: 'FARGATE_SPOT', weight: 1 }
  await expect(world.run({ capacityProviderStrategy: [spot] })).rejects.toThrow(
    'Specifying both a launch type and capacity provider strategy is not supported.',
  )
  const none = { launchType: undefined }
  await expect(world.run(none)).rejects.toThrow('No Container Instances were found')
  const zero = [{ capacityProvider: 'FARGATE', base: 1 }, { capacityProvider: 'FARGATE_SPOT' }]
  await expect(world.run({ ...none, capacityProviderStrategy: zero })).rejects.toThrow('weight')
  const task = await world.run({ ...none, capacityProviderStrategy: [spot] })
  expect(task.capacityProviderName).toBe('FARGATE_SPOT')
  await world.ecs.putClusterCapacityProviders({
    cluster: 'main',
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
  })
  expect((await world.run(none)).capacityProviderName).toBe('FARGATE')
})

test('R10: a service is made once', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  const first = await world.serve({ clientToken: 'once' })
  expect((await world.serve({ clientToken: 'once' })).serviceArn).toBe(first.serviceArn)
  await expect(world.serve()).rejects.toThrow('Creation of service was not idempotent.')
})

test('R17: a load balancer must fit the task definition', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  const [balancer] = world.loadBalancers
  await expect(
    world.serve({ loadBalancers: [{ ...balancer, containerPort: 5000 }] }),
  ).rejects.toThrow('The container web did not have a container port 5000 defined.')
  await expect(
    world.serve({ loadBalancers: [{ ...balancer, containerName: 'no' }] }),
  ).rejects.toThrow('The container no does not exist in the task definition.')
})

test('R6: a new count makes no deployment; a forced one makes the same again', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve()
  await world.steady()
  const { deployments: [before] = [] } = await world.service()
  const of = { cluster: 'main', service: 'api' }
  await world.ecs.updateService({ ...of, desiredCount: 2, healthCheckGracePeriodSeconds: 5 })
  expect((await world.service()).deployments?.[0]?.id).toBe(before?.id)
  await world.ecs.updateService({ ...of, forceNewDeployment: true })
  const { deployments: [after] = [] } = await world.service()
  expect(after?.id).not.toBe(before?.id)
  expect(after?.taskDefinition).toBe(before?.taskDefinition)
})

test('what the engine does not do is said, not ignored', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await expect(
    world.serve({ deploymentConfiguration: { strategy: 'BLUE_GREEN' } }),
  ).rejects.toThrow('does not support the deployment strategy BLUE_GREEN')
  await expect(world.serve({ serviceConnectConfiguration: { enabled: true } })).rejects.toThrow(
    'does not support Service Connect',
  )
  await expect(world.serve({ deploymentController: { type: 'CODE_DEPLOY' } })).rejects.toThrow(
    'does not support the deployment controller CODE_DEPLOY',
  )
})

test('tags are kept on every kind of resource, and reach tasks when asked', async () => {
  const world = await new EcsWorld().start()
  const definition = await world.define('api')
  const { serviceArn = '' } = await world.serve({
    propagateTags: 'SERVICE',
    enableECSManagedTags: true,
    tags: [{ key: 'team', value: 'blue' }],
  })
  const [task] = await world.tasks()
  const { tags } = await world.ecs.listTagsForResource({ resourceArn: task?.taskArn ?? '' })
  expect(tags).toEqual([
    { key: 'team', value: 'blue' },
    { key: 'aws:ecs:clusterName', value: 'main' },
    { key: 'aws:ecs:serviceName', value: 'api' },
  ])
  for (const resourceArn of [definition, serviceArn]) {
    await world.ecs.tagResource({ resourceArn, tags: [{ key: 'a', value: 'b' }] })
    await world.ecs.untagResource({ resourceArn, tagKeys: ['team'] })
    const after = await world.ecs.listTagsForResource({ resourceArn })
    expect(after.tags).toEqual([{ key: 'a', value: 'b' }])
  }
})

test('account settings are kept, and new clusters follow containerInsights', async () => {
  const { ecs } = await new EcsWorld().start()
  await ecs.putAccountSetting({ name: 'containerInsights', value: 'enhanced' })
  const { cluster } = await ecs.createCluster({ clusterName: 'next' })
  expect(cluster?.settings).toEqual([{ name: 'containerInsights', value: 'enhanced' }])
  const { settings } = await ecs.listAccountSettings({ name: 'containerInsights' })
  expect(settings?.[0]).toMatchObject({ name: 'containerInsights', value: 'enhanced' })
  const all = await ecs.listAccountSettings({ effectiveSettings: true })
  expect(all.settings?.length).toBeGreaterThan(5)
})
