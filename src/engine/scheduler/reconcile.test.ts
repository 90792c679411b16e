import { expect, test } from 'vitest'
import { reconcile } from './reconcile.ts'
import { deployment, service, sick, task, tasks } from './testing/views.ts'

const completed = deployment({ rolloutState: 'COMPLETED' })
const old = deployment({ id: 'old', rolloutState: 'COMPLETED' })
const rolling = [deployment(), old]
const scaling = { kind: 'scaling', deploymentId: 'new' }

test('DEP-1: starts what is missing', () => {
  expect(reconcile(service({ desiredCount: 3 }), [task('a')], 0)).toEqual([
    { kind: 'start', deploymentId: 'new', count: 2 },
  ])
})

test('DEP-1: starts the new tasks beside the old ones where the maximum leaves room', () => {
  const view = service({ desiredCount: 4, deployments: rolling })
  expect(reconcile(view, tasks(4, 'o', { deploymentId: 'old' }), 0)).toEqual([
    { kind: 'start', deploymentId: 'new', count: 4 },
  ])
})

test('R3: at a minimum of 50 percent, two of four go before a new one is there', () => {
  const view = service({
    desiredCount: 4,
    minimumHealthyPercent: 50,
    maximumPercent: 100,
    deployments: rolling,
  })
  expect(reconcile(view, tasks(4, 'o', { deploymentId: 'old' }), 0)).toEqual([
    { kind: 'stop', taskIds: ['o0', 'o1'], why: scaling },
  ])
})

test('DEP-1: what is stopping counts toward the maximum until its network interface goes', () => {
  const view = service({ minimumHealthyPercent: 0, maximumPercent: 100, deployments: rolling })
  const stopping = { deploymentId: 'old', desiredStatus: 'STOPPED', healthy: false } as const
  expect(reconcile(view, [task('o', { ...stopping, status: 'STOPPING' })], 0)).toEqual([])
  expect(reconcile(view, [task('o', { ...stopping, status: 'DEPROVISIONING' })], 0)).toEqual([
    { kind: 'start', deploymentId: 'new', count: 1 },
  ])
})

test('DEP-2: an old task stops only after the new one is healthy', () => {
  const before = [task('o', { deploymentId: 'old' }), task('n', { healthy: false })]
  const view = service({ deployments: rolling })
  expect(reconcile(view, before, 0)).toEqual([])
  const after = [task('o', { deploymentId: 'old' }), task('n')]
  expect(reconcile(view, after, 0)).toEqual([{ kind: 'stop', taskIds: ['o'], why: scaling }])
})

test('DEP-1: says when the percentages let nothing move', () => {
  const view = service({ maximumPercent: 100, deployments: rolling })
  const running = [task('o', { deploymentId: 'old' })]
  expect(reconcile(view, running, 0)).toEqual([{ kind: 'stuck' }])
})

test('DEP-4: a replacement starts before its unhealthy predecessor stops', () => {
  const view = service({ desiredCount: 2, deployments: [completed] })
  expect(reconcile(view, [task('a'), sick('b')], 0)).toEqual([
    { kind: 'replace', deploymentId: 'new', count: 1 },
  ])
  const starting = task('c', { healthy: false, status: 'PENDING' })
  expect(reconcile(view, [task('a'), sick('b'), starting], 0)).toEqual([])
  const [action] = reconcile(view, [task('a'), sick('b'), task('c')], 0)
  expect(action).toMatchObject({ kind: 'stop', taskIds: ['b'], why: { kind: 'unhealthy' } })
})

test('R5: each healthy replacement lets one unhealthy task go', () => {
  const view = service({ desiredCount: 3, deployments: [completed] })
  const all = [sick('a'), sick('b'), sick('c'), task('d'), task('e', { healthy: false })]
  const starting = task('f', { healthy: false })
  expect(reconcile(view, [...all, starting], 0)).toMatchObject([{ kind: 'stop', taskIds: ['a'] }])
})

test('R5: where there is no room, unhealthy tasks stop one by one', () => {
  const view = service({
    desiredCount: 3,
    minimumHealthyPercent: 50,
    maximumPercent: 100,
    deployments: [completed],
  })
  expect(reconcile(view, [sick('a'), sick('b'), task('c')], 0)).toMatchObject([
    { kind: 'stop', taskIds: ['a'] },
  ])
  const leaving = sick('a', { desiredStatus: 'STOPPED', status: 'DEACTIVATING' })
  expect(reconcile(view, [leaving, sick('b'), task('c')], 0)).toEqual([])
})

test('DEP-5: after failed starts the next one waits', () => {
  const view = service({ startFailures: 4, lastStartFailureAt: 1000 })
  expect(reconcile(view, [], 5000)).toEqual([{ kind: 'wait', untilMs: 21_000, throttled: true }])
  expect(reconcile(view, [], 21_000)).toMatchObject([{ kind: 'start' }])
})

test('T2: a task that ended after it had run is replaced at the next tick, without a throttle', () => {
  const view = service({ lastCrashAt: 1000 })
  expect(reconcile(view, [], 2000)).toEqual([{ kind: 'wait', untilMs: 11_000, throttled: false }])
  expect(reconcile(view, [], 11_000)).toMatchObject([{ kind: 'start' }])
})

test('DEP-6: at the threshold the deployment fails, and nothing else happens', () => {
  const failing = deployment({ failedTasks: 3 })
  const view = service({ deployments: [failing, old], breakerThreshold: 3, rollback: true })
  expect(reconcile(view, [], 0)).toEqual([
    { kind: 'fail', deploymentId: 'new', rollback: true, cause: 'tasks failed to start' },
  ])
})

test('DEP-6: a completed deployment is not given up any more', () => {
  const view = service({
    deployments: [{ ...completed, failedTasks: 9 }],
    breakerThreshold: 3,
  })
  expect(reconcile(view, [], 0)).toEqual([{ kind: 'start', deploymentId: 'new', count: 1 }])
})

test('DEP-7: a failed deployment starts nothing and takes nothing from the old one', () => {
  const failed = deployment({ rolloutState: 'FAILED' })
  const view = service({
    desiredCount: 4,
    minimumHealthyPercent: 0,
    deployments: [failed, old],
  })
  expect(reconcile(view, tasks(2, 'o', { deploymentId: 'old' }), 0)).toEqual([])
})

test('R9: says once that a task became healthy', () => {
  const view = service({ desiredCount: 2, deployments: [completed] })
  expect(reconcile(view, [task('a'), task('b', { knownHealthy: false })], 0)).toEqual([
    { kind: 'healthy', taskIds: ['b'] },
    { kind: 'steady' },
  ])
})

test('DEP-7: a deployment completes when its predecessor is gone, and leaves it behind', () => {
  const view = service({ deployments: rolling })
  const draining = task('o', {
    deploymentId: 'old',
    status: 'DEACTIVATING',
    desiredStatus: 'STOPPED',
  })
  expect(reconcile(view, [task('n'), draining], 0)).toEqual([])
  expect(reconcile(view, [task('n'), { ...draining, status: 'STOPPED' }], 0)).toEqual([
    { kind: 'forget', deploymentId: 'old' },
    { kind: 'complete', deploymentId: 'new' },
  ])
})

test('DEP-9: a complete service with all its tasks is steady', () => {
  expect(reconcile(service({ deployments: [completed] }), [task('a')], 0)).toEqual([
    { kind: 'steady' },
  ])
})

test('DEP-10: an alarm that fires fails the deployment', () => {
  const view = service({ deployments: [deployment({ alarmed: true }), old], alarmRollback: true })
  expect(reconcile(view, [], 0)).toEqual([
    { kind: 'fail', deploymentId: 'new', rollback: true, cause: 'alarm detected' },
  ])
})

test('DEP-10: a deployment with alarms bakes before it is complete', () => {
  const at = (bakingSince: number | undefined, now: number) =>
    reconcile(
      service({ deployments: [deployment({ bakeMs: 60_000, bakingSince })] }),
      [task('a')],
      now,
    )
  expect(at(undefined, 1000)).toEqual([{ kind: 'bake', deploymentId: 'new' }])
  expect(at(1000, 2000)).toEqual([{ kind: 'wait', untilMs: 61_000, throttled: false }])
  expect(at(1000, 61_000)).toEqual([{ kind: 'complete', deploymentId: 'new' }])
})

test('R16: early success completes at a share, with or without the clean-up', () => {
  const of = (cleanUpFirst: boolean) =>
    reconcile(
      service({
        desiredCount: 4,
        minimumHealthyPercent: 50,
        deployments: rolling,
        earlySuccess: { healthyPercent: 50, cleanUpFirst },
      }),
      [
        ...tasks(2, 'n'),
        ...tasks(2, 'm', { healthy: false }),
        task('o', {
          deploymentId: 'old',
          protected: false,
          status: 'STOPPING',
          desiredStatus: 'STOPPED',
        }),
      ],
      0,
    )
  expect(of(false)).toEqual([{ kind: 'complete', deploymentId: 'new' }])
  expect(of(true)).toEqual([])
})

test('DEP-11: fewer tasks are wanted: the newest revision gives up its surplus', () => {
  const view = service({ desiredCount: 1, deployments: [completed] })
  expect(reconcile(view, tasks(3, 'a'), 0)).toEqual([
    { kind: 'stop', taskIds: ['a0', 'a1'], why: scaling },
  ])
})

test('DEP-15: scale-in takes from the zone with most tasks', () => {
  const view = service({ desiredCount: 2, deployments: [completed] })
  const spreadTasks = [
    task('a', { zone: 'a' }),
    task('b0', { zone: 'b' }),
    task('b1', { zone: 'b' }),
  ]
  expect(reconcile(view, spreadTasks, 0)).toEqual([{ kind: 'stop', taskIds: ['b0'], why: scaling }])
})

test('DEP-15: scale-in stops what is not healthy before what is', () => {
  const view = service({ desiredCount: 1, deployments: [completed] })
  const pending = task('b', { healthy: false, status: 'PENDING' })
  expect(reconcile(view, [task('a'), pending], 0)).toEqual([
    { kind: 'stop', taskIds: ['b'], why: scaling },
  ])
})

test('R14: protected tasks are passed over, and the service says that it waits for them', () => {
  const view = service({ desiredCount: 1, deployments: [completed] })
  const kept = task('a', { protected: true })
  expect(reconcile(view, [kept, task('b')], 0)).toEqual([
    { kind: 'stop', taskIds: ['b'], why: scaling },
  ])
  expect(reconcile(view, [kept, task('b', { protected: true })], 0)).toEqual([
    { kind: 'protected', deploymentId: 'new', count: 1 },
  ])
})

test('R14: a deployment waits for the protected tasks of the old revision', () => {
  const view = service({ deployments: rolling })
  const kept = task('o', { deploymentId: 'old', protected: true })
  expect(reconcile(view, [task('n'), kept], 0)).toEqual([
    { kind: 'protected', deploymentId: 'new', count: 1 },
  ])
})

test('DEP-14: an uneven service starts a task in the short zone, then stops one in the long', () => {
  const view = service({
    desiredCount: 2,
    deployments: [completed],
    rebalancing: true,
    zones: ['us-east-1a', 'us-east-1b'],
  })
  const uneven = tasks(2, 'a')
  expect(reconcile(view, uneven, 0)).toEqual([
    {
      kind: 'rebalance',
      deploymentId: 'new',
      zone: 'us-east-1b',
      counts: { 'us-east-1a': 2, 'us-east-1b': 0 },
    },
  ])
  const evened = [...uneven, task('b', { zone: 'us-east-1b' })]
  expect(reconcile(view, evened, 0)).toEqual([{ kind: 'stop', taskIds: ['a0'], why: scaling }])
})

test('DEP-16: a deleted service stops everything', () => {
  const view = service({ draining: true, desiredCount: 0, deployments: rolling })
  const all = [task('n'), task('o', { deploymentId: 'old', protected: true })]
  expect(reconcile(view, all, 0)).toEqual([{ kind: 'stop', taskIds: ['n', 'o'], why: scaling }])
})
