import { expect, test } from 'vitest'
import { chooseGroup, type RedirectAction, redirectLocation } from './actions.ts'

const KEEP: RedirectAction = {
  type: 'redirect',
  status: 301,
  protocol: '#{protocol}',
  host: '#{host}',
  port: '#{port}',
  path: '/#{path}',
  query: '#{query}',
}
const URL = {
  protocol: 'http',
  host: 'shop.example',
  port: 80,
  path: '/a/b',
  query: 'c=d',
} as const
const onAws = (_: string, port: number): number => port

test('fills the placeholders of a redirect', () => {
  const to = { ...KEEP, protocol: 'HTTPS', port: '443' }
  expect(redirectLocation(to, URL, onAws)).toBe('https://shop.example:443/a/b?c=d')
})

test('replaces every part of the address', () => {
  const to = {
    ...KEEP,
    protocol: 'HTTPS',
    host: 'www.#{host}',
    port: '8443',
    path: '/old/#{path}/#{port}',
    query: 'from=#{host}',
  }
  expect(redirectLocation(to, URL, onAws)).toBe(
    'https://www.shop.example:8443/old/a/b/80?from=shop.example',
  )
})

test('names the port at which the listener answers on this machine', () => {
  const to = { ...KEEP, protocol: 'HTTPS', port: '443' }
  const here = (protocol: string, port: number): number =>
    protocol === 'https' && port === 443 ? 8443 : port
  expect(redirectLocation(to, URL, here)).toBe('https://shop.example:8443/a/b?c=d')
  expect(redirectLocation({ ...to, host: 'elsewhere.example' }, URL, here)).toBe(
    'https://elsewhere.example:443/a/b?c=d',
  )
})

test('leaves out an empty query', () => {
  expect(redirectLocation({ ...KEEP, path: '/x' }, { ...URL, query: '' }, onAws)).toBe(
    'http://shop.example:80/x',
  )
})

test('chooses groups by weight and never one of weight zero', () => {
  const groups = [
    { arn: 'a', weight: 0 },
    { arn: 'b', weight: 1 },
    { arn: 'c', weight: 3 },
  ]
  expect(chooseGroup(groups, 0)?.arn).toBe('b')
  expect(chooseGroup(groups, 0.24)?.arn).toBe('b')
  expect(chooseGroup(groups, 0.25)?.arn).toBe('c')
  expect(chooseGroup(groups, 0.999)?.arn).toBe('c')
  expect(chooseGroup([{ arn: 'a', weight: 0 }], 0.5)).toBeUndefined()
})
