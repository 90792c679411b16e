import { beforeEach, expect, test } from 'vitest'
import { OutsideNames } from './outside-names.ts'
import { addressOf, type ResolverOptions } from './resolver.ts'

let names: OutsideNames
let options: ResolverOptions

beforeEach(() => {
  names = new OutsideNames()
  options = {
    vpcId: 'vpc-1',
    names,
    resolve: (name, vpcId) =>
      vpcId === 'vpc-1' && name === 'db.internal' ? '10.0.2.9' : undefined,
    exists: (name) => Promise.resolve(name === 'api.example.com'),
  }
})

test('private names have their private address', async () => {
  expect(await addressOf('db.internal', options)).toBe('10.0.2.9')
})

test('localhost and everything below it is the task itself', async () => {
  expect(await addressOf('localhost', options)).toBe('127.0.0.1')
  expect(await addressOf('a.b.localhost', options)).toBe('127.0.0.1')
})

test('a name of the outside world has one address that says which name was meant', async () => {
  const address = await addressOf('api.example.com', options)
  expect(address).toBe('198.18.0.1')
  expect(await addressOf('api.example.com', options)).toBe(address)
  expect(names.nameOf(address ?? '')).toBe('api.example.com')
})

test('what nobody knows has no address', async () => {
  expect(await addressOf('nowhere.example.com', options)).toBeUndefined()
  expect(await addressOf('single-label', options)).toBeUndefined()
})
