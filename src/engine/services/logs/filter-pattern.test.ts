import { describe, expect, test } from 'vitest'
import { filterPattern } from './filter-pattern.ts'

const matching = (pattern: string, messages: readonly string[]): string[] =>
  messages.filter(filterPattern(pattern))

describe('terms', () => {
  const lines = ['ERROR disk full', 'ERROR retry later', 'WARN disk slow', 'info']

  test('every term must occur, letter for letter', () => {
    expect(matching('ERROR disk', lines)).toEqual(['ERROR disk full'])
    expect(matching('error', lines)).toEqual([])
  })
  test('one of the optional terms must occur', () => {
    expect(matching('?ERROR ?WARN', lines)).toEqual(lines.slice(0, 3))
  })
  test('an excluded term must not occur', () => {
    expect(matching('ERROR -retry', lines)).toEqual(['ERROR disk full'])
  })
  test('a phrase is one term', () => {
    expect(matching('"disk full"', lines)).toEqual(['ERROR disk full'])
  })
  test('a regular expression stands between percent signs', () => {
    expect(matching('%disk (full|slow)%', lines)).toEqual(['ERROR disk full', 'WARN disk slow'])
  })
  test('no pattern matches everything', () => {
    expect(matching('', lines)).toEqual(lines)
  })
})

describe('JSON conditions', () => {
  const events = [
    '{"status":500,"path":"/api/movies","user":{"id":"ann"},"ok":false}',
    '{"status":200,"path":"/api/ratings","tags":["a","b"],"ok":true}',
    'not json',
  ]

  test('compare numbers, strings with wildcards, and nested members', () => {
    expect(matching('{ $.status >= 500 }', events)).toEqual([events[0]])
    expect(matching('{ $.path = "/api/*" }', events)).toEqual(events.slice(0, 2))
    expect(matching('{ $.user.id = ann }', events)).toEqual([events[0]])
    expect(matching('{ $.tags[1] = "b" }', events)).toEqual([events[1]])
  })
  test('combine with and, or and parentheses', () => {
    expect(matching('{ ($.status = 500 || $.status = 200) && $.ok IS TRUE }', events)).toEqual([
      events[1],
    ])
  })
  test('ask whether a member exists', () => {
    expect(matching('{ $.user NOT EXISTS }', events)).toEqual([events[1]])
  })
})

describe('space-delimited fields', () => {
  const line = '127.0.0.1 - ann [20/Nov/2026:10:00:00] "GET /index.html" 404 1024'

  test('name the columns and compare some of them', () => {
    expect(matching('[ip, id, user, time, request, status = 4*, bytes]', [line])).toEqual([line])
    expect(matching('[ip, id, user, time, request, status = 200, bytes]', [line])).toEqual([])
  })
  test('skip columns with an ellipsis', () => {
    expect(matching('[..., status = 404, bytes > 1000]', [line])).toEqual([line])
  })
})

test('a malformed pattern is the client’s mistake', () => {
  expect(() => filterPattern('{ $.a = ')).toThrow('Invalid filter pattern')
  expect(() => filterPattern('%(%')).toThrow('Invalid regular expression')
})
