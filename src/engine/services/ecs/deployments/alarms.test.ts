import { expect, test } from 'vitest'
import { EcsWorld } from '../testing/ecs-world.ts'

/** A service whose deployments watch two alarms, and the alarms' states. */
async function arrange() {
  const states: Record<string, 'OK' | 'ALARM'> = { errors: 'OK', known: 'OK' }
  const world = await new EcsWorld(
    {},
    {
      cloudwatch: {
        PutMetricData: () => ({}),
        DescribeAlarms: ({ AlarmNames = [] }: { AlarmNames?: string[] }) => ({
          MetricAlarms: AlarmNames.map((AlarmName) => ({
            AlarmName,
            StateValue: states[AlarmName],
            Period: 60,
            EvaluationPeriods: 2,
          })),
        }),
      },
    },
  ).start()
  const alarms = { alarmNames: ['errors', 'known'], enable: true, rollback: true }
  await world.define('api')
  await world.serve({ deploymentConfiguration: { alarms } })
  await world.steady()
  const roll = async () => {
    await world.define('api')
    await world.ecs.updateService({ cluster: 'main', service: 'api', taskDefinition: 'api' })
    await world.clock.advance(10_000)
  }
  return { world, states, roll }
}

test('C7: an alarm that fires rolls the deployment back', async () => {
  const { world, states, roll } = await arrange()
  const { deployments: [before] = [] } = await world.service()
  await roll()
  states['errors'] = 'ALARM'
  await world.clock.advance(10_000)
  await world.steady()
  expect((await world.service()).deployments?.[0]?.id).toBe(before?.id)
  expect(await world.events()).toContain('(deployment D) deployment failed: alarm detected.')
  const of = { cluster: 'main', service: 'api' }
  const { serviceDeployments: [latest] = [] } = await world.ecs.listServiceDeployments(of)
  const { serviceDeployments: [described] = [] } = await world.ecs.describeServiceDeployments({
    serviceDeploymentArns: [latest?.serviceDeploymentArn ?? ''],
  })
  expect(described?.alarms).toMatchObject({ status: 'TRIGGERED', triggeredAlarmNames: ['errors'] })
})

test('C7: an alarm that had fired before is ignored for the whole deployment', async () => {
  const { world, states, roll } = await arrange()
  states['known'] = 'ALARM'
  await roll()
  await world.steady()
  expect((await world.service()).taskDefinition).toMatch(/api:2$/)
})

test('C7: a deployment bakes for as long as its alarms look back', async () => {
  const { world, roll } = await arrange()
  await roll()
  await world.clock.advance(50_000)
  const before = await world.service()
  expect(before.deployments).toMatchObject([{ rolloutState: 'IN_PROGRESS', runningCount: 1 }])
  await world.clock.advance(120_000)
  expect((await world.service()).deployments).toMatchObject([{ rolloutState: 'COMPLETED' }])
})
