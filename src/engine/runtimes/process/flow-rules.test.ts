import { expect, test } from 'vitest'
import { flowRules, ruleChanges, type TaskFlows } from './flow-rules.ts'

const web: TaskFlows = { device: 'task1', ip: '10.0.1.5', tasks: [], engine: [], outside: [] }
const tcp = (fromPort: number, toPort: number) => ({ protocol: 'tcp', fromPort, toPort }) as const

/** Rules without those that every task has. */
function own(task: TaskFlows): string[] {
  const common = flowRules([], [web])
  return [...flowRules([], [task])].filter((rule) => !common.has(rule))
}

test('every task reaches link-local addresses and answers the engine, and nothing else', () => {
  expect([...flowRules(['10.0.0.0/16'], [web])]).toEqual([
    'pref 200 iif task1 from 10.0.1.5 to 169.254.0.0/16 lookup local',
    'pref 3000 iif task1 from 10.0.1.5 ipproto tcp dport 61000-65533 lookup local',
    'pref 3500 to 10.0.0.0/16 lookup 300',
  ])
})

test('an opening to another task has a way there and a way back for answers', () => {
  const peer = { device: 'task2', ip: '10.0.1.6', openings: [tcp(3000, 3001)] }
  expect(own({ ...web, tasks: [peer] })).toEqual([
    'pref 1000 iif task1 from 10.0.1.5 to 10.0.1.6 ipproto tcp dport 3000-3001 lookup 100',
    'pref 1001 iif task2 from 10.0.1.6 to 10.0.1.5 ipproto tcp sport 3000-3001 ' +
      'dport 32768-60999 lookup 100',
  ])
})

test('one port is written as one, all ports as none', () => {
  const openings = [tcp(443, 443)]
  const all = [tcp(0, 65_535)]
  const peer = { device: 'task2', ip: '10.0.1.6' }
  expect(own({ ...web, tasks: [{ ...peer, openings }] })[0]).toContain('dport 443 lookup')
  expect(own({ ...web, tasks: [{ ...peer, openings: all }] })[0]).toContain('tcp lookup')
})

test('ports stay within what the kernel takes', () => {
  const peer = { device: 'task2', ip: '10.0.1.6', openings: [tcp(1024, 65_535)] }
  expect(own({ ...web, tasks: [peer] })[0]).toContain('dport 1024-65534')
})

test('ICMP has no ports', () => {
  const openings = [{ protocol: 'icmp', fromPort: 0, toPort: 65_535 } as const]
  const peer = { device: 'task2', ip: '10.0.1.6', openings }
  expect(own({ ...web, tasks: [peer] })).toEqual([
    'pref 1000 iif task1 from 10.0.1.5 to 10.0.1.6 ipproto icmp lookup 100',
    'pref 1001 iif task2 from 10.0.1.6 to 10.0.1.5 ipproto icmp lookup 100',
  ])
})

test('databases and the internet are delivered to the engine’s listeners', () => {
  const task = { ...web, engine: [{ ip: '10.0.2.9', ports: [5432] }], outside: [443] }
  expect(own(task)).toEqual([
    'pref 2000 iif task1 from 10.0.1.5 to 10.0.2.9 ipproto tcp dport 5432 lookup local',
    'pref 4000 iif task1 from 10.0.1.5 ipproto tcp dport 443 lookup local',
  ])
})

test('changes add what is new before they take what is gone', () => {
  expect(ruleChanges(new Set(['a', 'b']), new Set(['b', 'c']))).toBe('rule add c\nrule del a\n')
  expect(ruleChanges(new Set(['a']), new Set(['a']))).toBe('')
})
