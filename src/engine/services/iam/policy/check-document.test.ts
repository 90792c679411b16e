import { expect, test } from 'vitest'
import { documentProblem } from './check-document.ts'

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
const trust = {
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { Service: 'ecs-tasks.amazonaws.com' },
}

function problem(use: 'identity' | 'trust', ...statements: object[]) {
  return documentProblem(JSON.stringify({ Version: '2012-10-17', Statement: statements }), use)
}

test('a document that is well formed has no problem', () => {
  expect(problem('identity', allow)).toBeUndefined()
  expect(problem('trust', trust)).toBeUndefined()
  expect(documentProblem(JSON.stringify({ Statement: allow }), 'identity')).toBeUndefined()
})

test.each([
  ['', 'This policy contains invalid Json'],
  ['{', 'This policy contains invalid Json'],
  ['[]', 'Syntax errors in policy.'],
  ['{"Version":"2012-10-17"}', 'Syntax errors in policy.'],
  ['{"Version":"2020-01-01","Statement":[]}', 'The policy must contain a valid version string'],
])('%j is refused: %s', (text, words) => {
  expect(documentProblem(text, 'identity')).toBe(words)
})

test.each<['identity' | 'trust', object, string]>([
  ['identity', { ...allow, Effect: undefined }, 'Missing required field Effect'],
  ['identity', { ...allow, Action: undefined }, 'Policy statement must contain actions.'],
  [
    'identity',
    { ...allow, Action: 'GetObject' },
    'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
  ],
  ['identity', { ...allow, Resource: undefined }, 'Policy statement must contain resources.'],
  ['identity', { ...allow, Resource: 'photos' }, 'Resource photos must be in ARN format or "*".'],
  ['identity', { ...allow, Principal: '*' }, 'Policy document should not specify a principal.'],
  ['identity', { ...allow, Colour: 'red' }, 'Syntax errors in policy.'],
  ['identity', { ...allow, Sid: 'a b' }, 'Statement IDs (SID) must be alpha-numeric.'],
  [
    'identity',
    { ...allow, Condition: { StringLikely: { a: 'b' } } },
    'Invalid Condition type : StringLikely.',
  ],
  ['trust', { ...trust, Resource: '*' }, 'Has prohibited field Resource'],
  ['trust', { ...trust, Principal: undefined }, 'Missing required field Principal'],
  [
    'trust',
    { ...trust, Principal: { Service: 'ecs tasks' } },
    'Invalid principal in policy: "SERVICE":"ecs tasks"',
  ],
])('a statement of a(n) %s policy is refused (%#)', (use, statement, words) => {
  expect(problem(use, statement)).toBe(words)
})
