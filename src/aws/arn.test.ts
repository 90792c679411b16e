import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lastPart, parseArn } from './arn.ts'

test('an ARN is taken apart, its resource with all its colons', () => {
  expect(parseArn('arn:aws:secretsmanager:us-east-1:000000000000:secret:db-AbCdEf')).toEqual({
    partition: 'aws',
    service: 'secretsmanager',
    region: 'us-east-1',
    account: '000000000000',
    resource: 'secret:db-AbCdEf',
  })
  expect(parseArn('api:3')).toBeUndefined()
})

test('any ARN is the sum of its parts', () => {
  const part = fc.stringMatching(/^[a-z0-9-]{0,10}$/)
  fc.assert(
    fc.property(part, part, part, part, (service, region, account, name) => {
      const text = `arn:aws:${service}:${region}:${account}:task/${name}`
      const { partition, ...rest } = parseArn(text) ?? { partition: '' }
      expect([partition, rest]).toEqual([
        'aws',
        { service, region, account, resource: `task/${name}` },
      ])
      expect(lastPart(text)).toBe(name)
    }),
  )
})
