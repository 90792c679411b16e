import { expect, test } from 'vitest'
import { AwsError } from '../../../aws-error.ts'
import { EcsWorld } from '../testing/ecs-world.ts'

const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:db-AbCdEf'
const ROLE = 'arn:aws:iam::000000000000:role/execution'

async function ended(world: EcsWorld, more: Parameters<EcsWorld['run']>[0] = {}) {
  const { taskArn } = await world.run(more)
  await world.clock.advance(300_000)
  return world.task(taskArn)
}

test('TASK-1, L2: a task goes through its states with their times', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  const { taskArn, lastStatus } = await world.run()
  expect(lastStatus).toBe('PROVISIONING')
  const seen: (string | undefined)[] = []
  world.engine.store.collection<{ lastStatus: string }>('ecs/tasks').onChange((_key, task) => {
    if (seen.at(-1) !== task?.lastStatus) seen.push(task?.lastStatus)
  })
  await world.clock.advance(5000)
  const running = await world.task(taskArn)
  expect(running).toMatchObject({
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    group: 'family:api',
  })
  expect(running.startedAt?.getTime()).toBe((running.createdAt?.getTime() ?? 0) + 1500)
  await world.ecs.stopTask({ cluster: 'main', task: taskArn, reason: 'enough' })
  await world.clock.advance(5000)
  expect(seen).toEqual([
    'PENDING',
    'ACTIVATING',
    'RUNNING',
    'DEACTIVATING',
    'STOPPING',
    'DEPROVISIONING',
    'STOPPED',
  ])
  const task = await world.task(taskArn)
  expect(task).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'enough' })
  const times = [
    task.createdAt,
    task.connectivityAt,
    task.pullStartedAt,
    task.pullStoppedAt,
    task.startedAt,
    task.stoppingAt,
    task.executionStoppedAt,
    task.stoppedAt,
  ].map((time) => time?.getTime() ?? Number.NaN)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

test('TASK-2: a task has one network interface, which goes with it', async () => {
  const world = await new EcsWorld().start()
  await world.define('api')
  const { taskArn } = await world.run()
  await world.clock.advance(5000)
  const { attachments, containers } = await world.task(taskArn)
  expect(attachments).toMatchObject([{ type: 'ElasticNetworkInterface', status: 'ATTACHED' }])
  const details = Object.fromEntries(
    (attachments?.[0]?.details ?? []).map(({ name = '', value = '' }) => [name, value]),
  )
  expect(details).toMatchObject({ subnetId: 'subnet-a', privateIPv4Address: '10.0.0.1' })
  expect(containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address).toBe('10.0.0.1')
  await world.ecs.stopTask({ cluster: 'main', task: taskArn })
  await world.clock.advance(5000)
  expect(world.network.interfaces.size).toBe(0)
  expect((await world.task(taskArn)).attachments?.[0]?.status).toBe('DELETED')
})

test('TASK-3: when an essential container exits, the others are stopped', async () => {
  const world = await new EcsWorld().start()
  world.programs.set('brief', { exit: { afterMs: 3000, exitCode: 4 } })
  await world.define(
    'api',
    {},
    {
      containerDefinitions: [
        { name: 'main', image: 'brief' },
        { name: 'side', image: 'good', essential: false },
      ],
    },
  )
  expect(await ended(world)).toMatchObject({
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [
      { name: 'main', exitCode: 4, lastStatus: 'STOPPED' },
      { name: 'side', exitCode: 143, lastStatus: 'STOPPED' },
    ],
  })
})

test('TASK-4: a container waits for its dependency, and stops before it', async () => {
  const world = await new EcsWorld().start()
  world.programs.set('db', { exec: (_argv, age) => (age >= 7000 ? 0 : 1) })
  await world.define(
    'api',
    {},
    {
      containerDefinitions: [
        {
          name: 'app',
          image: 'good',
          dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }],
        },
        {
          name: 'db',
          image: 'db',
          healthCheck: { command: ['CMD', 'ready'], interval: 5, startPeriod: 60 },
        },
      ],
    },
  )
  const { taskArn } = await world.run()
  await world.clock.advance(7500)
  expect((await world.task(taskArn)).lastStatus).toBe('PENDING')
  await world.clock.advance(3000)
  expect(await world.task(taskArn)).toMatchObject({
    lastStatus: 'RUNNING',
    healthStatus: 'HEALTHY',
  })
})

test('K3, K4: a dependency that cannot be met ends the task', async () => {
  const world = await new EcsWorld().start()
  world.programs.set('init', { exit: { afterMs: 1000, exitCode: 1 } })
  const dependsOn = [{ containerName: 'init', condition: 'SUCCESS' as const }]
  await world.define(
    'api',
    {},
    {
      containerDefinitions: [
        { name: 'app', image: 'good', dependsOn },
        { name: 'init', image: 'init', essential: false },
      ],
    },
  )
  const task = await ended(world)
  expect(task).toMatchObject({ stopCode: 'TaskFailedToStart' })
  expect(task.stoppedReason).toContain('container init did not exit successfully')
  world.programs.set('slow', {})
  await world.define(
    'api',
    {},
    {
      containerDefinitions: [
        { name: 'app', image: 'good', dependsOn },
        { name: 'init', image: 'slow', essential: false, startTimeout: 60 },
      ],
    },
  )
  expect((await ended(world)).stoppedReason).toContain('did not get ready in time')
})

test('TASK-5: a program that ignores SIGTERM is killed after its stop time-out', async () => {
  const world = await new EcsWorld().start()
  world.programs.set('deaf', { onTerm: 'ignore' })
  await world.define('api', { image: 'deaf', stopTimeout: 10 })
  const { taskArn } = await world.run()
  await world.clock.advance(5000)
  await world.ecs.stopTask({ cluster: 'main', task: taskArn })
  await world.clock.advance(9000)
  expect((await world.task(taskArn)).lastStatus).toBe('STOPPING')
  await world.clock.advance(2000)
  expect(await world.task(taskArn)).toMatchObject({
    lastStatus: 'STOPPED',
    containers: [{ exitCode: 137 }],
  })
})

test('TASK-5: a program that has just begun gets a moment before it is told to stop', async () => {
  const world = await new EcsWorld().start()
  world.programs.set('brief', { exit: { afterMs: 0, exitCode: 0 } })
  world.programs.set('side', { onTerm: { afterMs: 100, exitCode: 0 } })
  await world.define(
    'api',
    {},
    {
      containerDefinitions: [
        { name: 'side', image: 'side' },
        { name: 'main', image: 'brief' },
      ],
    },
  )
  const { taskArn } = await world.run()
  await world.clock.advance(900)
  expect((await world.task(taskArn)).lastStatus).toBe('STOPPING')
  await world.clock.advance(300)
  expect((await world.task(taskArn)).containers?.[0]?.exitCode).toBe(0)
})

test('TASK-7: a container is restarted in place when it ran long enough', async () => {
  const world = await new EcsWorld().start()
  world.programs.set('brief', { exit: { afterMs: 70_000, exitCode: 1 } })
  const restartPolicy = { enabled: true, restartAttemptPeriod: 60, ignoredExitCodes: [0] }
  await world.define('api', { image: 'brief', restartPolicy })
  const { taskArn } = await world.run()
  await world.clock.advance(100_000)
  expect((await world.task(taskArn)).lastStatus).toBe('RUNNING')
  world.programs.set('brief', { exit: { afterMs: 1000, exitCode: 1 } })
  await world.clock.advance(60_000)
  expect(await world.task(taskArn)).toMatchObject({ stopCode: 'EssentialContainerExited' })
})

test('TASK-9: an image that is not there is named', async () => {
  const world = await new EcsWorld().start()
  await world.define('api', { image: 'missing' })
  const task = await ended(world)
  expect(task).toMatchObject({ stopCode: 'TaskFailedToStart', desiredStatus: 'STOPPED' })
  expect(task.stoppedReason).toMatch(/^CannotPullContainerError: .*missing: not found$/)
  expect(task.containers?.[0]).toMatchObject({ lastStatus: 'STOPPED', reason: task.stoppedReason })
  expect(task.containers?.[0]?.exitCode).toBeUndefined()
  expect(world.runtime.taskIds).toEqual([])
})

test('TASK-9: memory over the limit is told in the words of AWS', async () => {
  const world = await new EcsWorld().start()
  world.programs.set('hungry', { outOfMemoryAfterMs: 1000 })
  await world.define('api', { image: 'hungry' })
  expect((await ended(world)).containers?.[0]).toMatchObject({
    exitCode: 137,
    reason: 'OutOfMemoryError: Container killed due to memory usage',
  })
})

test('TASK-10: secrets come from both stores, whole or by key, asked for once', async () => {
  let asked = 0
  const world = await new EcsWorld(
    {},
    {
      secretsmanager: {
        GetSecretValue: () => {
          asked++
          return { SecretString: JSON.stringify({ password: 'hush', port: 5432 }) }
        },
      },
      ssm: {
        GetParameters: ({ Names = [] }: { Names?: string[] }) => ({
          Parameters: Names.map((Name) => ({ Name, Value: `value of ${Name}` })),
        }),
      },
    },
  ).start()
  await world.define(
    'api',
    {
      secrets: [
        { name: 'PASSWORD', valueFrom: `${SECRET}:password::` },
        { name: 'PORT', valueFrom: `${SECRET}:port::` },
        { name: 'ALL', valueFrom: SECRET },
        { name: 'PLAIN', valueFrom: '/app/plain' },
        { name: 'BY_ARN', valueFrom: 'arn:aws:ssm:us-east-1:000000000000:parameter/app/plain' },
      ],
    },
    { executionRoleArn: ROLE },
  )
  const { taskArn = '' } = await world.run()
  await world.clock.advance(5000)
  const [spec] = world.runtime.started(taskArn.split('/').at(-1) ?? '')
  expect(spec?.environment).toMatchObject({
    PASSWORD: 'hush',
    PORT: '5432',
    ALL: '{"password":"hush","port":5432}',
    PLAIN: 'value of /app/plain',
    BY_ARN: 'value of /app/plain',
  })
  expect(asked).toBe(1)
  const records = JSON.stringify([...world.engine.store.collection('ecs/tasks').values()])
  expect(records).not.toContain('hush')
})

test.each([
  [`${SECRET}:user::`, 'retrieved secret from Secrets Manager did not contain json key user'],
  [`${SECRET}:password`, 'an invalid ARN format for the AWS Secrets Manager secret was specified'],
  ['/app/plain', 'Fetching secret data from SSM Parameter Store in us-east-1: invalid parameters'],
])('TASK-10: %s that cannot be read stops the task, without a value', async (valueFrom, words) => {
  const world = await new EcsWorld(
    {},
    {
      secretsmanager: { GetSecretValue: () => ({ SecretString: '{"password":"hush"}' }) },
      ssm: { GetParameters: () => ({ Parameters: [] }) },
    },
  ).start()
  await world.define('api', { secrets: [{ name: 'S', valueFrom }] }, { executionRoleArn: ROLE })
  const { stoppedReason, stopCode } = await ended(world)
  expect(stopCode).toBe('TaskFailedToStart')
  expect(stoppedReason).toMatch(/^ResourceInitializationError: unable to pull secrets or registry/)
  expect(stoppedReason).toContain(words)
  expect(stoppedReason).not.toContain('hush')
})

test('TASK-10: a secret that the execution role may not read says so', async () => {
  const world = await new EcsWorld(
    {},
    {
      secretsmanager: {
        GetSecretValue: (_input: object, call: { principalArn: string }) => {
          throw new AwsError(
            'AccessDeniedException',
            `User: ${call.principalArn} is not authorized`,
          )
        },
      },
    },
  ).start()
  await world.define(
    'api',
    { secrets: [{ name: 'S', valueFrom: SECRET }] },
    {
      executionRoleArn: ROLE,
    },
  )
  expect((await ended(world)).stoppedReason).toContain(
    `AccessDeniedException: User: ${ROLE}/session is not authorized`,
  )
})

test('a role that cannot be assumed is told as ECS tells it', async () => {
  const world = await new EcsWorld(
    {},
    {
      sts: {
        AssumeRole: () => {
          throw new AwsError('AccessDenied', 'no')
        },
      },
    },
  ).start()
  await world.define('api', {}, { executionRoleArn: ROLE })
  await world.serve()
  await world.clock.advance(1000)
  expect((await world.events())[1]).toContain(
    `failed to launch a task with (error ECS was unable to assume the role '${ROLE}'`,
  )
})

test('K6: a task on its own goes on when it is unhealthy', async () => {
  const world = await new EcsWorld().start()
  world.programs.set('sick', { exec: () => 1 })
  const healthCheck = { command: ['CMD-SHELL', 'exit 1'], interval: 5, retries: 2 }
  await world.define('api', { image: 'sick', healthCheck })
  const { taskArn } = await world.run()
  await world.clock.advance(9000)
  expect((await world.task(taskArn)).healthStatus).toBe('UNKNOWN')
  await world.clock.advance(5000)
  expect(await world.task(taskArn)).toMatchObject({
    lastStatus: 'RUNNING',
    healthStatus: 'UNHEALTHY',
  })
})

test('K5: a container is healthy at its first success, before the interval is over', async () => {
  const world = await new EcsWorld().start()
  await world.define('api', { healthCheck: { command: ['CMD', 'check'] } })
  const { taskArn } = await world.run()
  await world.clock.advance(3000)
  expect((await world.task(taskArn)).healthStatus).toBe('HEALTHY')
})
