import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accessDeniedMessage } from './access-denied.ts'
import { parseDocument } from './document.ts'
import { evaluate, withinBoundary, type NamedPolicy } from './evaluate.ts'
import { RequestContext } from './request-context.ts'

const BUCKET = 'arn:aws:s3:::photos/cat.jpg'

function policy(...statements: object[]): NamedPolicy {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  return { id: 'p', document: parseDocument(text) }
}

function ask(
  statements: object[],
  request: { action?: string; resource?: string; context?: Record<string, string | string[]> } = {},
) {
  const { action = 's3:GetObject', resource = BUCKET, context = {} } = request
  const asked = { action, resource, context: new RequestContext(context) }
  return evaluate(asked, [policy(...statements)])
}

const ALLOW = { Effect: 'Allow', Action: '*', Resource: '*' }

describe('a decision', () => {
  test('is no unless a statement allows', () => {
    expect(ask([]).result).toBe('implicitDeny')
    expect(ask([ALLOW]).result).toBe('allowed')
  })

  test('is no as soon as one statement denies, and names that statement', () => {
    const deny = { Sid: 'NoCats', Effect: 'Deny', Action: 's3:Get*', Resource: '*' }
    expect(ask([ALLOW, deny])).toEqual({
      result: 'explicitDeny',
      matched: [{ policyId: 'p', sid: 'NoCats', index: 1, effect: 'Deny' }],
      missingKeys: [],
    })
  })

  test('knows no case in actions, but in resources', () => {
    const statement = { ...ALLOW, Action: 'S3:getobject', Resource: BUCKET }
    expect(ask([statement]).result).toBe('allowed')
    expect(ask([statement], { resource: BUCKET.toUpperCase() }).result).toBe('implicitDeny')
  })

  test('turns around with NotAction and NotResource', () => {
    const notIam = { Effect: 'Allow', NotAction: ['iam:*'], Resource: '*' }
    expect(ask([notIam]).result).toBe('allowed')
    expect(ask([notIam], { action: 'iam:PassRole' }).result).toBe('implicitDeny')
    const notPhotos = { Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::photos/*' }
    expect(ask([notPhotos]).result).toBe('implicitDeny')
  })

  test('stays within a boundary', () => {
    const limit = ask([{ ...ALLOW, Action: 'ec2:*' }])
    expect(withinBoundary(ask([ALLOW]), limit).result).toBe('implicitDeny')
    expect(withinBoundary(ask([ALLOW]), ask([ALLOW])).result).toBe('allowed')
  })
})

describe('a resource pattern', () => {
  test.each([
    ['arn:aws:s3:::photos/*', true],
    ['arn:aws:s3:::photos/c?t.jpg', true],
    ['arn:aws:s3:::*.jpg', true],
    ['arn:aws:*', true],
    ['arn:*:s3:*:*:photos/cat.jpg', true],
    ['arn:aws:s3:::photo', false],
    ['arn:aws:s3:*photos/cat.jpg', false],
    ['arn:aws:*:photos/cat.jpg', false],
  ])('%s: %s', (Resource, allowed) => {
    expect(ask([{ ...ALLOW, Resource }]).result === 'allowed').toBe(allowed)
  })

  test('takes variables, whose wildcards mean nothing', () => {
    const own = { ...ALLOW, Resource: 'arn:aws:s3:::home/${aws:username}/*' }
    const read = (username: string, path: string) =>
      ask([own], {
        resource: `arn:aws:s3:::home/${path}`,
        context: { 'AWS:UserName': username },
      }).result
    expect(read('ann', 'ann/x')).toBe('allowed')
    expect(read('ann', 'bob/x')).toBe('implicitDeny')
    expect(read('*', 'bob/x')).toBe('implicitDeny')
    expect(read('*', '*/x')).toBe('allowed')
  })

  test('with a variable that the request lacks matches nothing, or its default', () => {
    const team = (fallback: string) => ({
      ...ALLOW,
      Resource: `arn:aws:s3:::\${aws:PrincipalTag/team${fallback}}/cat.jpg`,
    })
    expect(ask([team('')]).result).toBe('implicitDeny')
    expect(ask([team(", 'photos'")]).result).toBe('allowed')
  })
})

describe('a condition', () => {
  const met = (operator: string, values: unknown, given?: string | string[]) =>
    ask([{ ...ALLOW, Condition: { [operator]: { 'aws:key': values } } }], {
      context: given === undefined ? {} : { 'aws:Key': given },
    }).result === 'allowed'

  test.each<[string, unknown, string | string[] | undefined, boolean]>([
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringNotEquals', 'a', undefined, true],
    ['StringEquals', 'a', undefined, false],
    ['StringEqualsIfExists', 'a', undefined, true],
    ['StringLike', 'a*', 'ab', true],
    ['StringNotLike', 'a*', 'ab', false],
    ['ArnLike', 'arn:aws:ecs:*:1:task/*', 'arn:aws:ecs:eu-west-1:1:task/x', true],
    ['ArnEquals', 'arn:aws:ecs:*:task/*', 'arn:aws:ecs:eu-west-1:1:task/x', false],
    ['ArnNotLike', 'arn:aws:ecs:*:1:task/*', 'arn:aws:ecs:eu-west-1:2:task/x', true],
    ['Bool', true, 'true', true],
    ['Bool', 'true', 'false', false],
    ['NumericLessThanEquals', 10, '10', true],
    ['NumericGreaterThan', '10', '9', false],
    ['NumericEquals', '10', 'ten', false],
    ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', true],
    ['DateGreaterThan', '1767225600', '2026-01-01T00:00:01Z', true],
    ['IpAddress', '10.0.0.0/8', '10.1.2.3', true],
    ['IpAddress', '2001:db8::/32', '2001:db8::1', true],
    ['IpAddress', '10.0.0.0/8', 'nowhere', false],
    ['NotIpAddress', ['10.0.0.0/8', '192.0.2.1'], '192.0.2.1', false],
    ['Null', 'true', undefined, true],
    ['Null', 'false', undefined, false],
    ['Null', 'false', 'x', true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['b', 'z'], true],
    ['ForAnyValue:StringEquals', ['a'], undefined, false],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'z'], false],
    ['ForAllValues:StringEquals', ['a'], undefined, true],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'a'], false],
    ['ForAnyValue:StringNotEquals', ['a'], ['b', 'a'], true],
    ['StringLikely', 'a', 'a', false],
  ])('%s %j of %j: %s', (operator, values, given, expected) => {
    expect(met(operator, values, given)).toBe(expected)
  })

  test('names the key that the request lacks', () => {
    const statement = { ...ALLOW, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } }
    expect(ask([statement]).missingKeys).toEqual(['aws:SourceVpc'])
  })
})

describe('for any policies', () => {
  const word = fc.constantFrom('s3:GetObject', 's3:PutObject', 's3:*', '*', 'ecs:*')
  const statement = fc.record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: fc.array(word, { minLength: 1, maxLength: 3 }),
    Resource: fc.constantFrom('*', BUCKET, 'arn:aws:s3:::*', 'arn:aws:s3:::other'),
  })
  const statements = fc.array(statement, { maxLength: 6 })

  test('the order of statements does not matter', () => {
    fc.assert(
      fc.property(statements, (list) => {
        expect(ask(list.toReversed()).result).toBe(ask(list).result)
      }),
    )
  })

  test('one more statement that denies never allows more', () => {
    fc.assert(
      fc.property(statements, statement, (list, extra) => {
        const more = ask([...list, { ...extra, Effect: 'Deny' }]).result
        if (ask(list).result !== 'allowed') expect(more).not.toBe('allowed')
      }),
    )
  })

  test('one more statement that allows never lifts a denial', () => {
    fc.assert(
      fc.property(statements, statement, (list, extra) => {
        const before = ask(list).result
        const after = ask([...list, { ...extra, Effect: 'Allow' }]).result
        if (before === 'explicitDeny') expect(after).toBe('explicitDeny')
        if (before === 'allowed') expect(after).toBe('allowed')
      }),
    )
  })
})

test('a refusal reads as on AWS', () => {
  const principal = 'arn:aws:sts::000000000000:assumed-role/app/task'
  const request = { action: 's3:GetObject', resource: BUCKET }
  expect(accessDeniedMessage(principal, request, ask([]))).toBe(
    `User: ${principal} is not authorized to perform: s3:GetObject on resource: ${BUCKET} ` +
      'because no identity-based policy allows the s3:GetObject action',
  )
  const denied = ask([{ ...ALLOW, Effect: 'Deny' }])
  expect(accessDeniedMessage(principal, request, denied)).toMatch(
    /with an explicit deny in an identity-based policy$/,
  )
})
