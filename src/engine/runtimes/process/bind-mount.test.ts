import { expect, test } from 'vitest'
import { restrictions } from './bind-mount.ts'

const MOUNTS = `22 1 8:1 / / rw,relatime - ext4 /dev/root rw
23 22 0:20 / /home rw,nosuid,nodev,relatime - ext4 /dev/sdb rw
24 22 0:21 / /home/me/usb rw,nosuid,nodev,noexec - vfat /dev/sdc rw
`

test('the innermost file system around a path decides', () => {
  expect(restrictions(MOUNTS, '/usr/bin')).toEqual([])
  expect(restrictions(MOUNTS, '/home/me')).toEqual(['nosuid', 'nodev'])
  expect(restrictions(MOUNTS, '/home/me/usb/disk')).toEqual(['nosuid', 'nodev', 'noexec'])
  expect(restrictions(MOUNTS, '/homework')).toEqual([])
})
