import { expect, test } from 'vitest'
import { borrowedPaths, type Entry } from './borrowed-paths.ts'

const machine: Record<string, readonly Entry[]> = {
  '/usr': [
    { name: 'bin', kind: 'directory' },
    { name: 'src', kind: 'directory' },
    { name: 'tmp', kind: 'link', target: '../var/tmp' },
  ],
  '/usr/src': [
    { name: 'linux', kind: 'directory' },
    { name: 'app', kind: 'directory' },
  ],
  '/usr/src/app': [{ name: 'file', kind: 'file' }],
}

function borrow(image: readonly string[]) {
  return borrowedPaths('/usr', {
    entries: (path) => machine[path] ?? [],
    imageHas: (path) => image.some((each) => each === path || each.startsWith(`${path}/`)),
  })
}

test('a directory that the image does not touch is borrowed whole', () => {
  expect(borrow([])).toEqual([{ path: '/usr', kind: 'directory' }])
})

test('where the image has files, the machine’s are borrowed around them', () => {
  expect(borrow(['/usr/src/app/file'])).toEqual([
    { path: '/usr/bin', kind: 'directory' },
    { path: '/usr/src/linux', kind: 'directory' },
    { path: '/usr/tmp', kind: 'link', target: '../var/tmp' },
  ])
})
