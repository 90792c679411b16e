import { expect, test } from 'vitest'
import type { Condition, Matchable } from './conditions.ts'
import { type Rule, RuleSet } from './match.ts'

function request(parts: Partial<Matchable> & { headers?: Record<string, string[]> }): Matchable {
  return {
    method: 'GET',
    host: 'example.com',
    path: '/',
    query: '',
    clientIp: '127.0.0.1',
    header: (name) => parts.headers?.[name] ?? [],
    ...parts,
  }
}

function rule(arn: string, ...conditions: Condition[]): Rule {
  const action = {
    type: 'fixed-response',
    status: 200,
    contentType: 'text/plain',
    body: '',
  } as const
  return { arn, conditions, action, transforms: [] }
}

function matches(condition: Condition, parts: Parameters<typeof request>[0]): boolean {
  return new RuleSet([rule('yes', condition), rule('no')]).match(request(parts))?.arn === 'yes'
}

test('takes the first rule all of whose conditions hold', () => {
  const rules = new RuleSet([
    rule(
      'both',
      { field: 'path-pattern', values: ['/api/*'], regexes: [] },
      { field: 'http-request-method', values: ['POST'] },
    ),
    rule('path', { field: 'path-pattern', values: ['/api/*'], regexes: [] }),
    rule('default'),
  ])
  expect(rules.match(request({ path: '/api/x', method: 'POST' }))?.arn).toBe('both')
  expect(rules.match(request({ path: '/api/x' }))?.arn).toBe('path')
  expect(rules.match(request({ path: '/' }))?.arn).toBe('default')
})

test('compares hosts without their port and without case', () => {
  const condition: Condition = { field: 'host-header', values: ['*.example.com'], regexes: [] }
  expect(matches(condition, { host: 'API.example.com:8080' })).toBe(true)
  expect(matches(condition, { host: 'example.com' })).toBe(false)
})

test('compares paths with case and by regular expression', () => {
  expect(matches({ field: 'path-pattern', values: ['/A'], regexes: [] }, { path: '/a' })).toBe(
    false,
  )
  expect(
    matches({ field: 'path-pattern', values: [], regexes: ['^/v\\d+/'] }, { path: '/v2/x' }),
  ).toBe(true)
})

test('looks at every value of a header', () => {
  const condition: Condition = {
    field: 'http-header',
    name: 'User-Agent',
    values: ['*chrome*'],
    regexes: [],
  }
  expect(matches(condition, { headers: { 'user-agent': ['curl', 'A Chrome B'] } })).toBe(true)
  expect(matches(condition, {})).toBe(false)
})

test('compares methods exactly', () => {
  const condition: Condition = { field: 'http-request-method', values: ['GET'] }
  expect(matches(condition, { method: 'get' })).toBe(false)
})

test('knows the blocks that a client is in', () => {
  const condition: Condition = { field: 'source-ip', values: ['10.0.0.0/8', '2001:db8::/32'] }
  expect(matches(condition, { clientIp: '10.9.8.7' })).toBe(true)
  expect(matches(condition, { clientIp: '11.0.0.1' })).toBe(false)
  expect(matches(condition, { clientIp: '2001:db8::1' })).toBe(true)
})

test('finds keys and values in a query', () => {
  const condition: Condition = {
    field: 'query-string',
    values: [{ key: 'version', value: 'v1*' }, { value: 'beta' }],
  }
  expect(matches(condition, { query: 'a=b&Version=V1.2' })).toBe(true)
  expect(matches(condition, { query: 'channel=beta' })).toBe(true)
  expect(matches(condition, { query: 'version=v2' })).toBe(false)
  expect(matches(condition, {})).toBe(false)
})
