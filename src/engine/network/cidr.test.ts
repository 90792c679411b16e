import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressNumber, addressText, cidrContains, isPublic } from './cidr.ts'

test('an address and its number say the same', () => {
  fc.assert(
    fc.property(fc.ipV4(), (ip) => {
      expect(addressText(addressNumber(ip) ?? -1)).toBe(ip)
    }),
  )
})

test('a block contains the addresses that share its prefix', () => {
  expect(cidrContains('10.0.1.0/24', '10.0.1.255')).toBe(true)
  expect(cidrContains('10.0.1.0/24', '10.0.2.0')).toBe(false)
  expect(cidrContains('0.0.0.0/0', '255.255.255.255')).toBe(true)
  expect(cidrContains('10.0.0.7/32', '10.0.0.7')).toBe(true)
  expect(cidrContains('10.0.0.7', '10.0.0.8')).toBe(false)
})

test('what is malformed contains nothing and is not public', () => {
  expect(cidrContains('10.0.0/8', '10.0.0.1')).toBe(false)
  expect(cidrContains('10.0.0.0/x', '10.0.0.1')).toBe(false)
  expect(cidrContains('10.0.0.0/8', '10.0.0.256')).toBe(false)
  expect(isPublic('::1')).toBe(false)
})

test('private, loopback, link-local and reserved addresses are not public', () => {
  const ips = [
    '10.1.1.1',
    '172.31.0.1',
    '192.168.1.1',
    '127.0.0.1',
    '169.254.169.254',
    '198.18.0.1',
  ]
  expect(ips.filter(isPublic)).toEqual([])
  expect(['1.1.1.1', '172.32.0.1', '93.184.216.34'].filter(isPublic)).toHaveLength(3)
})
