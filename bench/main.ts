/**
 * `npm run bench [SUITE…]`: how fast, side by side with peers in one run on one machine. Absolute
 * figures move with the machine; the ratios are what counts.
 */
import { HEADER, line } from './harness/table.ts'
import type { Suite } from './harness/suite.ts'
import { alb } from './suites/alb.ts'
import { apiCalls } from './suites/api-calls.ts'
import { engineStart } from './suites/engine-start.ts'
import { logFilter } from './suites/log-filter.ts'

const SUITES: readonly Suite[] = [engineStart, apiCalls, logFilter, alb]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !SUITES.some((suite) => suite.name === name))
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}.`)
  console.error(`Use: ${SUITES.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}
console.log(HEADER)
for (const suite of SUITES) {
  if (wanted.length > 0 && !wanted.includes(suite.name)) continue
  await suite.run((measurement) => console.log(line(measurement)))
}
