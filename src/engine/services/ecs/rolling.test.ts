import { expect, test } from 'vitest'
import { EcsWorld } from './testing/ecs-world.ts'

const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } }

test('DEP-8: tells the steps of a new service in order', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve({ desiredCount: 2, loadBalancers: world.loadBalancers })
  await world.steady()
  await world.clock.advance(20_000)
  expect(await world.events()).toEqual([
    'has started 2 tasks: (task T) (task T).',
    'registered 2 targets in (target-group G)',
    '(deployment D) deployment completed.',
    'has reached a steady state.',
  ])
  expect(world.group.targets.size).toBe(2)
})

test('DEP-8: a roll-out starts, registers, stops, deregisters, drains, completes', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve({ loadBalancers: world.loadBalancers })
  await world.steady()
  await world.clock.advance(1000)
  const before = (await world.events()).length
  await world.define('api')
  await world.ecs.updateService({ cluster: 'main', service: 'api', taskDefinition: 'api' })
  await world.clock.advance(2000)
  await world.steady()
  await world.clock.advance(20_000)
  expect((await world.events()).slice(before)).toEqual([
    'has started 1 tasks: (task T).',
    'registered 1 targets in (target-group G)',
    'has stopped 1 running tasks: (task T).',
    'deregistered 1 targets in (target-group G)',
    'has begun draining connections on 1 tasks.',
    '(deployment D) deployment completed.',
    'has reached a steady state.',
  ])
})

test('L3: a task is told to stop only when its target has drained', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve({ loadBalancers: world.loadBalancers })
  await world.steady()
  const [task] = await world.tasks()
  const reply = await world.ecs.stopTask({ cluster: 'main', task: task?.taskArn })
  expect(reply.task?.lastStatus).toBe('DEACTIVATING')
  expect(await world.service()).toMatchObject({ runningCount: 0, pendingCount: 0 })
  await world.clock.advance(29_000)
  expect((await world.task(task?.taskArn)).containers?.[0]?.lastStatus).toBe('RUNNING')
  await world.clock.advance(4000)
  const ended = await world.task(task?.taskArn)
  expect(ended).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'UserInitiated',
    stoppedReason: 'Task stopped by user',
    containers: [{ exitCode: 143 }],
  })
})

test('DEP-4: a task that dies is replaced', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve({ desiredCount: 2 })
  await world.steady()
  await world.clock.advance(120_000)
  const [task] = await world.tasks()
  world.runtime.kill(task?.taskArn?.split('/').at(-1) ?? '')
  await world.clock.advance(60_000)
  expect(await world.task(task?.taskArn)).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
  })
  await world.steady()
  expect(await world.tasks()).toHaveLength(2)
})

test('R5: a replacement for an unhealthy target is up before the target goes', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve({ desiredCount: 1, loadBalancers: world.loadBalancers })
  await world.steady()
  const [sick] = await world.tasks()
  const ip = sick?.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address
  world.group.health = (id, ageMs) =>
    id === ip
      ? { State: 'unhealthy', Description: 'Health checks failed with these codes: [503]' }
      : { State: ageMs < 20_000 ? 'initial' : 'healthy' }
  await world.clock.advance(15_000)
  expect(await world.tasks()).toHaveLength(2)
  await world.clock.advance(120_000)
  expect(await world.task(sick?.taskArn)).toMatchObject({
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: `Task failed ELB health checks in (target-group ${world.group.arn})`,
  })
  expect(await world.events()).toContain(
    '(task T) (port 80) is unhealthy in (target-group G) due to ' +
      '(reason Health checks failed with these codes: [503]).',
  )
  expect(await world.events()).toContain(
    'has started 1 tasks: (task T). Amazon ECS replaced 1 tasks due to an unhealthy status.',
  )
})

test('C4, C5: a bad image trips the breaker, and the last completed revision comes back', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve({ desiredCount: 1, deploymentConfiguration: breaker })
  await world.steady()
  const [before] = await world.tasks()
  const { deployments: [completed] = [] } = await world.service()
  await world.define('api', { image: 'missing' })
  await world.ecs.updateService({ cluster: 'main', service: 'api', taskDefinition: 'api' })
  let { deployments = [] } = await world.service()
  const failure = () => deployments.find(({ rolloutState }) => rolloutState === 'FAILED')
  for (let i = 0; i < 100 && failure() === undefined; i++) {
    await world.clock.advance(20)
    deployments = (await world.service()).deployments ?? []
  }
  expect(deployments[0]).toMatchObject({ id: completed?.id, status: 'PRIMARY' })
  expect(deployments[0]?.rolloutStateReason).toBe(
    `ECS deployment circuit breaker: rolling back to deploymentId ${completed?.id}.`,
  )
  expect(failure()?.rolloutStateReason).toBe(
    'ECS deployment circuit breaker: tasks failed to start.',
  )
  await world.clock.advance(1000)
  await world.steady()
  expect((await world.tasks())[0]?.taskArn).toBe(before?.taskArn)
  expect((await world.events()).slice(-5)).toEqual([
    'has started 1 tasks: (task T).',
    '(deployment D) deployment failed: tasks failed to start.',
    'rolling back to deployment D.',
    '(deployment D) deployment completed.',
    'has reached a steady state.',
  ])
  const [stopped] = (await world.tasks('STOPPED')).filter(
    ({ stopCode }) => stopCode === 'TaskFailedToStart',
  )
  expect(stopped?.stoppedReason).toMatch(/^CannotPullContainerError: pull image manifest/)
})

test('C6: service deployments keep what became of them', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve({ desiredCount: 1, deploymentConfiguration: breaker })
  await world.steady()
  await world.define('api', { image: 'missing' })
  await world.ecs.updateService({ cluster: 'main', service: 'api', taskDefinition: 'api' })
  await world.clock.advance(2000)
  await world.steady()
  const of = { cluster: 'main', service: 'api' }
  const { serviceDeployments = [] } = await world.ecs.listServiceDeployments(of)
  expect(serviceDeployments.map(({ status }) => status)).toEqual([
    'ROLLBACK_SUCCESSFUL',
    'SUCCESSFUL',
  ])
  const [latest, first] = serviceDeployments
  const { serviceDeployments: [described] = [] } = await world.ecs.describeServiceDeployments({
    serviceDeploymentArns: [latest?.serviceDeploymentArn ?? ''],
  })
  expect(described).toMatchObject({
    deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
    rollback: { serviceRevisionArn: first?.targetServiceRevisionArn },
  })
  const { serviceRevisions = [] } = await world.ecs.describeServiceRevisions({
    serviceRevisionArns: [first?.targetServiceRevisionArn ?? ''],
  })
  expect(serviceRevisions[0]).toMatchObject({
    taskDefinition: expect.stringMatching(/api:1$/),
    containerImages: [{ containerName: 'web', imageDigest: expect.stringMatching(/^sha256:/) }],
  })
})

test('C4: without a completed revision there is nothing to go back to', async () => {
  const world = await new EcsWorld().start()
  await world.define('api', { image: 'missing' })
  await world.serve({ desiredCount: 1, deploymentConfiguration: breaker })
  await world.clock.advance(60_000)
  const { deployments = [] } = await world.service()
  expect(deployments).toMatchObject([{ rolloutState: 'FAILED', failedTasks: 3 }])
})

test('C3: tasks that fail their health checks trip the breaker, with the old ones serving', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve({ deploymentConfiguration: breaker, loadBalancers: world.loadBalancers })
  await world.steady()
  const [good] = await world.tasks()
  const ip = good?.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address
  world.group.health = (id, ageMs) =>
    id === ip
      ? { State: 'healthy' }
      : ageMs < 4000
        ? { State: 'initial' }
        : { State: 'unhealthy', Description: 'Request timed out' }
  await world.define('api')
  await world.ecs.updateService({ cluster: 'main', service: 'api', taskDefinition: 'api' })
  await world.clock.advance(2000)
  for (let i = 0; i < 300 && (await world.service()).deployments?.length !== 1; i++) {
    expect((await world.task(good?.taskArn)).lastStatus).toBe('RUNNING')
    await world.clock.advance(2000)
  }
  await world.steady()
  expect((await world.tasks()).map(({ taskArn }) => taskArn)).toEqual([good?.taskArn])
})

test('C3: a program that ends before its target was healthy counts; one without checks does not', async () => {
  const world = await new EcsWorld().start()
  world.programs.set('crash', { exit: { afterMs: 1000, exitCode: 1 } })
  await world.define('api', { image: 'crash' })
  await world.serve({ deploymentConfiguration: breaker, loadBalancers: world.loadBalancers })
  await world.clock.advance(300_000)
  expect((await world.service()).deployments).toMatchObject([{ rolloutState: 'FAILED' }])
  await world.serve({ serviceName: 'worker', deploymentConfiguration: breaker })
  await world.clock.advance(300_000)
  expect((await world.service('worker')).deployments).toMatchObject([
    { rolloutState: 'IN_PROGRESS', failedTasks: 0 },
  ])
})

test('T1: failing starts wait longer each time, and a new revision starts afresh', async () => {
  const world = await new EcsWorld().start()
  await world.define('api', { image: 'missing' })
  await world.serve()
  await world.clock.advance(75_000)
  const failed = (await world.tasks('STOPPED')).length
  // Three at once, then after 10, 20 and 40 seconds.
  expect(failed).toBe(6)
  expect(await world.events()).toContain('is unable to consistently start tasks successfully.')
  await world.define('api')
  await world.ecs.updateService({ cluster: 'main', service: 'api', taskDefinition: 'api' })
  await world.clock.advance(2000)
  await world.steady(90_000)
})

test('DEP-11: StopServiceDeployment brings the previous revision back', async () => {
  const world = await new EcsWorld().start()
  world.programs.set('slow', { pullMs: 600_000 })
  await world.define('api')
  await world.serve()
  await world.steady()
  const { deployments: [completed] = [] } = await world.service()
  await world.define('api', { image: 'slow' })
  await world.ecs.updateService({ cluster: 'main', service: 'api', taskDefinition: 'api' })
  await world.clock.advance(1000)
  const of = { cluster: 'main', service: 'api' }
  const { serviceDeployments = [] } = await world.ecs.listServiceDeployments(of)
  const serviceDeploymentArn = serviceDeployments[0]?.serviceDeploymentArn
  await world.ecs.stopServiceDeployment({ serviceDeploymentArn })
  expect((await world.service()).deployments?.[0]?.id).toBe(completed?.id)
  await expect(world.ecs.stopServiceDeployment({ serviceDeploymentArn })).rejects.toMatchObject({
    code: 'ConflictException',
  })
})

test('DEP-16: a deleted service drains, then is INACTIVE, and its name is free', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve({ loadBalancers: world.loadBalancers })
  await world.steady()
  const of = { cluster: 'main', service: 'api' }
  await expect(world.ecs.deleteService(of)).rejects.toMatchObject({
    code: 'InvalidParameterException',
  })
  await world.ecs.deleteService({ ...of, force: true })
  expect((await world.service()).status).toBe('DRAINING')
  await expect(world.serve()).rejects.toThrow('Unable to Start a service that is still Draining.')
  expect((await world.ecs.listServices({ cluster: 'main' })).serviceArns).toEqual([])
  await world.clock.advance(60_000)
  expect(await world.service()).toMatchObject({ status: 'INACTIVE', runningCount: 0 })
  expect(world.network.interfaces.size).toBe(0)
  expect((await world.serve()).status).toBe('ACTIVE')
})

test('R11: tasks are spread over the zones', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve({ desiredCount: 4 })
  await world.steady()
  const zones = (await world.tasks()).map(({ availabilityZone }) => availabilityZone)
  expect(zones.filter((zone) => zone === 'us-east-1a')).toHaveLength(2)
})

test('K10: tasks of a deployment use the image that its first task found', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve()
  await world.steady()
  const [first] = await world.tasks()
  await world.ecs.updateService({ cluster: 'main', service: 'api', desiredCount: 2 })
  await world.clock.advance(60_000)
  const digests = (await world.tasks()).map(({ containers }) => containers?.[0]?.imageDigest)
  const digest = first?.containers?.[0]?.imageDigest
  expect(digests).toEqual([digest, digest])
  const tasks = await world.tasks()
  const images = tasks.map(({ taskArn = '' }) => {
    const [spec] = world.runtime.started(taskArn.split('/').at(-1) ?? '')
    return spec?.image.uri
  })
  expect(new Set(images)).toEqual(new Set(['good', `good@${digest}`]))
})

test('R14: a protected task outlives scale-in, which says that it waits', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  await world.serve({ desiredCount: 2 })
  await world.steady()
  const tasks = (await world.tasks()).map(({ taskArn = '' }) => taskArn)
  const protect = { cluster: 'main', tasks, protectionEnabled: true, expiresInMinutes: 10 }
  await world.ecs.updateTaskProtection(protect)
  await world.ecs.updateService({ cluster: 'main', service: 'api', desiredCount: 0 })
  await world.clock.advance(60_000)
  expect(await world.tasks()).toHaveLength(2)
  expect((await world.events()).at(-1)).toBe(
    'was unable to reach steady state because (taskSet D) was unable to scale in due to ' +
      '(reason 2 tasks under protection)',
  )
  await world.clock.advance(600_000)
  expect(await world.tasks()).toHaveLength(0)
})
