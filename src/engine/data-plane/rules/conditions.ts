import { BlockList, isIPv6 } from 'node:net'
import { wildcard, type Wildcard } from './wildcard.ts'

/** What a rule looks at in a request. */
export interface Matchable {
  readonly method: string
  /** The `Host` field, with or without a port. */
  readonly host: string
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  readonly clientIp: string
  /** All values of a field, in order; `name` is lower case. */
  header(name: string): readonly string[]
}

/** AWS: "Condition types for listener rules". */
export type Condition =
  | {
      readonly field: 'host-header' | 'path-pattern'
      readonly values: readonly string[]
      readonly regexes: readonly string[]
    }
  | {
      readonly field: 'http-header'
      readonly name: string
      readonly values: readonly string[]
      readonly regexes: readonly string[]
    }
  | { readonly field: 'http-request-method' | 'source-ip'; readonly values: readonly string[] }
  | {
      readonly field: 'query-string'
      readonly values: readonly { readonly key?: string; readonly value: string }[]
    }

export type Predicate = (request: Matchable) => boolean

export function compileCondition(condition: Condition): Predicate {
  switch (condition.field) {
    case 'host-header': {
      const tests = [
        ...condition.values.map((value) => wildcard(value, { ignoreCase: true })),
        ...condition.regexes.map((regex) => regexTest(regex, 'i')),
      ]
      return (request) => anyMatches(tests, hostName(request.host))
    }
    case 'path-pattern': {
      const tests = [
        ...condition.values.map((value) => wildcard(value, { ignoreCase: false })),
        ...condition.regexes.map((regex) => regexTest(regex, '')),
      ]
      return (request) => anyMatches(tests, request.path)
    }
    case 'http-header': {
      const name = condition.name.toLowerCase()
      const tests = [
        ...condition.values.map((value) => wildcard(value, { ignoreCase: true })),
        ...condition.regexes.map((regex) => regexTest(regex, 'i')),
      ]
      return (request) => request.header(name).some((value) => anyMatches(tests, value))
    }
    case 'http-request-method': {
      const methods = new Set(condition.values)
      return (request) => methods.has(request.method)
    }
    case 'source-ip':
      return sourceIp(condition.values)
    case 'query-string':
      return queryString(condition.values)
  }
}

/** A host without its port, in the form in which conditions speak of it. */
export function hostName(host: string): string {
  if (host.startsWith('[')) return host.slice(0, host.indexOf(']') + 1)
  const colon = host.indexOf(':')
  return colon < 0 ? host : host.slice(0, colon)
}

function anyMatches(tests: readonly Wildcard[], text: string): boolean {
  return tests.some((test) => test(text))
}

function regexTest(source: string, flags: string): Wildcard {
  const regex = new RegExp(source, flags)
  return (text) => regex.test(text)
}

function sourceIp(blocks: readonly string[]): Predicate {
  const list = new BlockList()
  for (const block of blocks) {
    const [address = '', bits = ''] = block.split('/')
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  return ({ clientIp }) => list.check(clientIp, isIPv6(clientIp) ? 'ipv6' : 'ipv4')
}

function queryString(
  wanted: readonly { readonly key?: string; readonly value: string }[],
): Predicate {
  const tests = wanted.map(({ key, value }) => ({
    key: key === undefined ? undefined : wildcard(key, { ignoreCase: true, escapes: true }),
    value: wildcard(value, { ignoreCase: true, escapes: true }),
  }))
  return ({ query }) => {
    if (query === '') return false
    return query.split('&').some((pair) => {
      const equals = pair.indexOf('=')
      const key = equals < 0 ? pair : pair.slice(0, equals)
      const value = equals < 0 ? '' : pair.slice(equals + 1)
      // Without a key, AWS looks for the value among keys and values alike.
      return tests.some((test) =>
        test.key === undefined
          ? test.value(value) || (equals < 0 && test.value(key))
          : test.key(key) && test.value(value),
      )
    })
  }
}
