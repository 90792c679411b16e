import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkTransition, isLeaving, isPending, TASK_STATUSES } from './task-status.ts'

test('TASK-1: a task goes through its states in order', () => {
  for (let i = 1; i < TASK_STATUSES.length; i++) {
    const [from, to] = [TASK_STATUSES[i - 1], TASK_STATUSES[i]]
    if (from === undefined || to === undefined) throw new Error('no such state')
    expect(() => checkTransition(from, to)).not.toThrow()
  }
})

test('TASK-1: a task never goes back, nor on from STOPPED', () => {
  const status = fc.constantFrom(...TASK_STATUSES)
  fc.assert(
    fc.property(status, status, (from, to) => {
      const back = TASK_STATUSES.indexOf(to) <= TASK_STATUSES.indexOf(from)
      if (back) expect(() => checkTransition(from, to)).toThrow(`from ${from} to ${to}`)
    }),
  )
})

test('TASK-1: a running task leaves its target groups before it is stopped', () => {
  expect(() => checkTransition('RUNNING', 'STOPPING')).toThrow('cannot go')
  expect(isLeaving('RUNNING')).toBe(false)
  expect(isLeaving('DEACTIVATING')).toBe(true)
})

test('a task is pending until it runs, and not again when it leaves', () => {
  expect(TASK_STATUSES.filter(isPending)).toEqual(['PROVISIONING', 'PENDING', 'ACTIVATING'])
})
