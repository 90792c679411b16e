import { expect, test } from 'vitest'
import { startFailure } from './start-failure.ts'

const words = (program: string, complaint: string): string =>
  startFailure(program, new Error(complaint)).message

test.each([
  [
    'app',
    'unshare: failed to execute app: No such file or directory',
    'exec: "app": executable file not found in $PATH',
  ],
  [
    '/app/run',
    'unshare: failed to execute /app/run: No such file or directory',
    'exec: "/app/run": stat /app/run: no such file or directory',
  ],
  [
    '/app/run',
    'unshare: failed to execute /app/run: Permission denied',
    'exec: "/app/run": permission denied',
  ],
  ['/app/run', 'unshare: failed to execute /app/run: Exec format error', 'exec format error'],
])('%s: %s', (program, complaint, expected) => {
  const message = words(program, complaint)
  expect(message).toContain(expected)
  expect(message).toMatch(/^OCI runtime create failed: .*: unknown$/)
})
