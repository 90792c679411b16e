import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import { expect, test } from 'vitest'
import { type ContainerProgress, startDecision, stopOrder } from './container-order.ts'

function progress(view: Partial<ContainerProgress>): ReadonlyMap<string, ContainerProgress> {
  const other: ContainerProgress = {
    name: 'db',
    state: 'waiting',
    exitCode: undefined,
    health: 'UNKNOWN',
    limitAt: undefined,
    ...view,
  }
  return new Map([['db', other]])
}

type Condition = 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY'

function decide(condition: Condition, view: Partial<ContainerProgress>, now = 0) {
  const container = { name: 'app', dependsOn: [{ containerName: 'db', condition }] }
  return startDecision(container, progress(view), now).kind
}

test('TASK-4: a container without dependencies starts', () => {
  expect(startDecision({ name: 'app' }, new Map(), 0)).toEqual({ kind: 'start' })
})

test.each<[Condition, Partial<ContainerProgress>, string]>([
  ['START', { state: 'waiting' }, 'wait'],
  ['START', { state: 'running' }, 'start'],
  ['START', { state: 'exited', exitCode: 1 }, 'start'],
  ['COMPLETE', { state: 'running' }, 'wait'],
  ['COMPLETE', { state: 'exited', exitCode: 1 }, 'start'],
  ['SUCCESS', { state: 'running' }, 'wait'],
  ['SUCCESS', { state: 'exited', exitCode: 0 }, 'start'],
  ['SUCCESS', { state: 'exited', exitCode: 1 }, 'never'],
  ['HEALTHY', { state: 'running', health: 'UNKNOWN' }, 'wait'],
  ['HEALTHY', { state: 'running', health: 'HEALTHY' }, 'start'],
  ['HEALTHY', { state: 'running', health: 'UNHEALTHY' }, 'never'],
  ['HEALTHY', { state: 'exited', exitCode: 0, health: 'HEALTHY' }, 'never'],
])('K2, K4: %s of a dependency that is %o: %s', (condition, view, kind) => {
  expect(decide(condition, view)).toBe(kind)
})

test('K3: a dependency that is not ready within its start time-out ends the wait', () => {
  const view = { state: 'running', limitAt: 2000 } as const
  expect(decide('HEALTHY', view, 1999)).toBe('wait')
  expect(decide('HEALTHY', view, 2000)).toBe('never')
  expect(decide('HEALTHY', { ...view, health: 'HEALTHY' }, 2000)).toBe('start')
})

test('K3: a start time-out does not apply to START', () => {
  expect(decide('START', { state: 'waiting', limitAt: 0 }, 1000)).toBe('wait')
})

test('TASK-4: containers stop in the reverse order of their dependencies', () => {
  const containers: ContainerDefinition[] = [
    { name: 'db' },
    { name: 'proxy', dependsOn: [{ containerName: 'app', condition: 'START' }] },
    { name: 'app', dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }] },
    { name: 'log' },
  ]
  expect(stopOrder(containers)).toEqual([['proxy', 'log'], ['app'], ['db']])
})
