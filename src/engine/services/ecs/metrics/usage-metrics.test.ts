import type { MetricDatum } from '@aws-sdk/client-cloudwatch'
import { expect, test } from 'vitest'
import { EcsWorld } from '../testing/ecs-world.ts'

async function measured(settings: { name: 'containerInsights'; value: string }[]) {
  const data: (MetricDatum & { Namespace: string })[] = []
  const world = new EcsWorld(
    {},
    {
      cloudwatch: {
        PutMetricData: (input: { Namespace: string; MetricData: MetricDatum[] }) => {
          data.push(...input.MetricData.map((each) => ({ ...each, Namespace: input.Namespace })))
          return {}
        },
      },
    },
  )
  await world.engine.start()
  await world.ecs.createCluster({ clusterName: 'main', settings })
  world.programs.set('busy', { cpuShare: 0.125, memoryBytes: 128 * 1024 * 1024 })
  await world.define('api', { image: 'busy' })
  await world.serve({ desiredCount: 2 })
  await world.clock.advance(125_000)
  return data
}

test('CW-1: CPU and memory are told each minute, as percent of what tasks reserve', async () => {
  const data = await measured([{ name: 'containerInsights', value: 'disabled' }])
  expect(data.map(({ MetricName }) => MetricName)).toEqual(['CPUUtilization', 'MemoryUtilization'])
  const [cpu, memory] = data
  expect(cpu).toMatchObject({
    Namespace: 'AWS/ECS',
    Unit: 'Percent',
    Dimensions: [
      { Name: 'ClusterName', Value: 'main' },
      { Name: 'ServiceName', Value: 'api' },
    ],
  })
  // An eighth of a CPU of a task that has a quarter; 128 of 512 MiB.
  expect(cpu?.Values).toEqual([50, 50])
  expect(memory?.Values).toEqual([25, 25])
})

test('M9: Container Insights adds counts, and sums over the tasks', async () => {
  const data = await measured([{ name: 'containerInsights', value: 'enabled' }])
  const told = data.filter(({ Namespace }) => Namespace === 'ECS/ContainerInsights')
  const latest = Object.fromEntries(told.map(({ MetricName = '', Value }) => [MetricName, Value]))
  expect(latest).toMatchObject({
    DesiredTaskCount: 2,
    RunningTaskCount: 2,
    PendingTaskCount: 0,
    DeploymentCount: 1,
    CpuUtilized: 256,
    CpuReserved: 512,
    MemoryUtilized: 256,
    MemoryReserved: 1024,
  })
})
