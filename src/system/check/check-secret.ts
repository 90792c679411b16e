import type { Problem } from '../problem.ts'
import type { Secret } from '../secret.ts'
import { noSuch } from './references.ts'

/** Values that would contradict or overwrite one another. */
export function checkSecret({ options }: Secret, place: string): Problem[] {
  const { generate, values = {}, keys = [], placeholders = {} } = options
  const problems = Object.keys(placeholders)
    .filter((key) => !keys.includes(key))
    .map((key) => noSuch('key', key, { place: `${place}.placeholders.${key}`, known: keys }))
  if (keys.length > 0 && (generate !== undefined || Object.keys(values).length > 0)) {
    problems.push({
      code: 'mixed-secret',
      place: `${place}.keys`,
      message: 'values of the definition and values that a person sets cannot share a secret:',
      next: 'writing the first would undo the second. Make two secrets of it.',
    })
  }
  if (generate !== undefined && generate.key === undefined && Object.keys(values).length > 0) {
    problems.push({
      code: 'generate-without-key',
      place: `${place}.generate.key`,
      message: 'a generated value beside "values" needs a key of its own.',
      next: "Write generate: { key: 'PASSWORD' }.",
    })
  }
  if (generate?.key !== undefined && Object.hasOwn(values, generate.key)) {
    problems.push({
      code: 'key-clash',
      place: `${place}.values.${generate.key}`,
      message: `the key ${generate.key} is both fixed and generated.`,
      next: 'Leave one out.',
    })
  }
  return problems
}
