import { expect, test } from 'vitest'
import { cronMistake } from './cron.ts'

test.each([
  '0 8 * * ? *',
  '*/15 8-18 ? * MON-FRI *',
  '0 0 L * ? *',
  '0 12 15W * ? *',
  '0 9 ? * 2#1 *',
  '0 0 1 JAN,JUL ? 2026-2030',
])('accepts %s', (cron) => {
  expect(cronMistake(cron)).toBeUndefined()
})

test.each([
  ['0 8 * * *', /5 fields/],
  ['60 8 * * ? *', /minutes/],
  ['0 24 * * ? *', /hours/],
  ['0 8 * * * *', /exactly one/],
  ['0 8 ? * ? *', /exactly one/],
  ['0 8 ? * FOO *', /day of week/],
  ['0 18-8 * * ? *', /hours/],
  ['*/0 8 * * ? *', /minutes/],
])('refuses %s', (cron, reason) => {
  expect(cronMistake(cron)).toMatch(reason)
})
