import { expect, test } from 'vitest'
import { lookUpUser } from './user-lookup.ts'

const passwd = 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1001::/home/node:/bin/sh\n'
const group = 'root:x:0:\nstaff:x:50:\n'

test.each([
  ['', { uid: 0, gid: 0, home: '/root' }],
  ['node', { uid: 1000, gid: 1001, home: '/home/node' }],
  ['1000', { uid: 1000, gid: 1001, home: '/home/node' }],
  ['node:staff', { uid: 1000, gid: 50, home: '/home/node' }],
  ['node:7', { uid: 1000, gid: 7, home: '/home/node' }],
  ['4242', { uid: 4242, gid: 0, home: '/' }],
  ['4242:4343', { uid: 4242, gid: 4343, home: '/' }],
])('USER %j', (user, found) => {
  expect(lookUpUser(user, passwd, group)).toEqual(found)
})

test('a name that nobody has is nobody', () => {
  expect(lookUpUser('www', passwd, group)).toBeUndefined()
  expect(lookUpUser('node:www', passwd, group)).toBeUndefined()
})

test('without a passwd file the number zero is root', () => {
  expect(lookUpUser('', '', '')).toEqual({ uid: 0, gid: 0, home: '/' })
})
