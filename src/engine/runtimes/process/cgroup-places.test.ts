import { expect, test } from 'vitest'
import { type CgroupFacts, cgroupPlace } from './cgroup-places.ts'

const TWO = '30 1 0:25 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n'
const ONE = '31 1 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n'
const USER = '/user.slice/user-1000.slice/user@1000.service'

function facts(parts: {
  mountinfo: string
  cgroup: string
  hands?: Record<string, string>
  writable: (path: string) => boolean
}): CgroupFacts {
  return { ...parts, read: (path) => parts.hands?.[path] ?? '' }
}

test('a user finds the cgroup that was delegated to him above his own', () => {
  const delegated = `/sys/fs/cgroup${USER}`
  const place = cgroupPlace(
    facts({
      mountinfo: TWO,
      cgroup: `0::${USER}/app.slice/terminal.scope\n`,
      hands: {
        [`${delegated}/cgroup.subtree_control`]: 'cpu memory pids\n',
        '/sys/fs/cgroup/cgroup.subtree_control': 'cpu memory pids\n',
      },
      writable: (path) => path.startsWith(delegated),
    }),
  )
  expect(place).toEqual({ directory: delegated, version: 2 })
})

test('a user without delegation finds none', () => {
  const hands = { '/sys/fs/cgroup/cgroup.subtree_control': 'memory' }
  const cgroup = '0::/user.slice/session-3.scope\n'
  expect(
    cgroupPlace(facts({ mountinfo: TWO, cgroup, hands, writable: () => false })),
  ).toBeUndefined()
})

test('root finds the first that hands memory down', () => {
  const hands = { '/sys/fs/cgroup/cgroup.subtree_control': 'cpu memory' }
  const cgroup = '0::/user.slice/session-3.scope\n'
  expect(cgroupPlace(facts({ mountinfo: TWO, cgroup, hands, writable: () => true }))).toEqual({
    directory: '/sys/fs/cgroup',
    version: 2,
  })
})

test('a machine with the older hierarchy has its memory controller there', () => {
  const cgroup = '4:memory:/box/one\n0::/\n'
  expect(cgroupPlace(facts({ mountinfo: TWO + ONE, cgroup, writable: () => true }))).toEqual({
    directory: '/sys/fs/cgroup/memory/box/one',
    version: 1,
  })
})

test('without cgroups there is none', () => {
  expect(cgroupPlace(facts({ mountinfo: '', cgroup: '', writable: () => true }))).toBeUndefined()
})
