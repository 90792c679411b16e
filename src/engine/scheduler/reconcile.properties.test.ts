import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deploymentBounds } from './bounds.ts'
import { reconcile } from './reconcile.ts'
import type { Action, DeploymentView, ServiceView, TaskView } from './service-view.ts'
import { deployment, service, task } from './testing/views.ts'

interface World {
  service: ServiceView
  tasks: TaskView[]
  now: number
}

const NEXT = {
  PROVISIONING: 'PENDING',
  PENDING: 'ACTIVATING',
  ACTIVATING: 'RUNNING',
  RUNNING: 'RUNNING',
  DEACTIVATING: 'STOPPING',
  STOPPING: 'DEPROVISIONING',
  DEPROVISIONING: 'STOPPED',
  STOPPED: 'STOPPED',
} as const

let made = 0

function apply(world: World, action: Action): void {
  const edit = (id: string, change: Partial<DeploymentView>) => {
    const deployments = world.service.deployments.map((each) =>
      each.id === id ? { ...each, ...change } : each,
    )
    world.service = { ...world.service, deployments }
  }
  switch (action.kind) {
    case 'start':
    case 'replace':
      for (let i = 0; i < action.count; i++) {
        const { deploymentId } = action
        const status = 'PROVISIONING'
        world.tasks.push(task(`t${made++}`, { deploymentId, status, healthy: false }))
      }
      return
    case 'stop':
      world.tasks = world.tasks.map((each) =>
        action.taskIds.includes(each.id)
          ? { ...each, desiredStatus: 'STOPPED', status: 'DEACTIVATING', healthy: false }
          : each,
      )
      return
    case 'complete':
      edit(action.deploymentId, { rolloutState: 'COMPLETED' })
      return
    case 'fail':
      edit(action.deploymentId, { rolloutState: 'FAILED' })
      return
    case 'forget':
      world.service = {
        ...world.service,
        deployments: world.service.deployments.filter(({ id }) => id !== action.deploymentId),
      }
      return
    case 'wait':
      world.now = action.untilMs
      return
    default:
  }
}

/** Lets the tasks go a step on; chance says which do, and which of the running fall ill. */
function pass(world: World, chance: () => number, illness: number): void {
  world.now += 1000
  world.tasks = world.tasks
    .map((each): TaskView => {
      if (chance() < 0.3) return each
      const status = NEXT[each.status]
      if (status !== 'RUNNING') return { ...each, status }
      const falls = chance() < illness
      const reason = { stoppedReason: 'Task failed container health checks', event: 'failed' }
      return falls
        ? { ...each, status, healthy: false, unhealthy: reason }
        : { ...each, status, healthy: each.unhealthy === undefined }
    })
    .filter(({ status }) => status !== 'STOPPED')
}

/** Lehmer's generator: chance that a seed repeats. */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % (2 ** 31 - 1)
    return state / (2 ** 31 - 1)
  }
}

const settings = fc.record({
  desiredCount: fc.integer({ min: 0, max: 12 }),
  minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
  maximumPercent: fc.integer({ min: 100, max: 200 }),
  running: fc.integer({ min: 0, max: 12 }),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
})

function begin(view: {
  desiredCount: number
  minimumHealthyPercent: number
  maximumPercent: number
  running: number
}): World {
  const { running, ...rest } = view
  const old = deployment({ id: 'old', rolloutState: 'COMPLETED' })
  const tasks = Array.from({ length: running }, (_, i) => task(`o${i}`, { deploymentId: 'old' }))
  return { service: service({ ...rest, deployments: [deployment(), old] }), tasks, now: 0 }
}

test('DEP-1: the scheduler keeps to the minimum and the maximum, whatever happens', () => {
  fc.assert(
    fc.property(settings, fc.double({ min: 0, max: 0.5, noNaN: true }), (view, illness) => {
      const world = begin(view)
      const { lower, upper } = deploymentBounds(view.desiredCount, view)
      const chance = chances(view.seed)
      for (let step = 0; step < 40; step++) {
        const healthy = () => world.tasks.filter((each) => each.healthy).length
        const before = { healthy: healthy(), count: world.tasks.length }
        for (const action of reconcile(world.service, world.tasks, world.now)) apply(world, action)
        expect(healthy()).toBeGreaterThanOrEqual(Math.min(lower, before.healthy))
        const there = world.tasks.filter(({ status }) => status !== 'DEPROVISIONING').length
        expect(there).toBeLessThanOrEqual(Math.max(upper, view.desiredCount, before.count))
        pass(world, chance, illness)
      }
    }),
  )
})

test('DEP-7: a deployment of healthy tasks ends, unless its percentages let nothing move', () => {
  fc.assert(
    fc.property(settings, (view) => {
      const world = begin(view)
      const chance = chances(view.seed)
      let last: Action[] = []
      for (let step = 0; step < 400; step++) {
        last = reconcile(world.service, world.tasks, world.now)
        for (const action of last) apply(world, action)
        if (last.some(({ kind }) => kind === 'steady' || kind === 'stuck')) break
        pass(world, chance, 0)
      }
      const [kind] = last.map((action) => action.kind)
      const { lower, upper } = deploymentBounds(view.desiredCount, view)
      if (lower < Math.max(upper, view.desiredCount)) expect(kind).toBe('steady')
      if (kind !== 'steady') return
      expect(world.service.deployments).toHaveLength(1)
      expect(world.tasks).toHaveLength(view.desiredCount)
    }),
  )
})
