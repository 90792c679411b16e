import { expect, test } from 'vitest'
import { evaluate } from './evaluate.ts'
import { secretPlaceholder } from './no-echo.ts'
import type { Scope } from './scope.ts'
import type { Value } from './value.ts'

const secret = secretPlaceholder('stack', 'Password', 'hunter2')

const scope: Scope = {
  parameters: {
    'AWS::Region': 'eu-west-1',
    Name: 'shop',
    Subnets: ['a', 'b', 'c'],
    Password: secret,
  },
  conditions: { Yes: true, No: false },
  mappings: { Sizes: { small: { cpu: '256', list: ['x', 'y'] } } },
  resource: (id) =>
    id === 'Db'
      ? {
          ref: 'db-1',
          attribute: (name) => (name === 'Endpoint.Address' ? 'db.local' : undefined),
        }
      : undefined,
  exported: (name) => (name === 'vpc' ? 'vpc-1' : undefined),
  zones: (region) => [`${region}a`, `${region}b`],
}

test.each<[Value, Value | undefined]>([
  [{ Ref: 'Name' }, 'shop'],
  [{ Ref: 'Subnets' }, ['a', 'b', 'c']],
  [{ Ref: 'Db' }, 'db-1'],
  [{ Ref: 'AWS::NoValue' }, undefined],
  [{ a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }, 2] }, { b: [1, 2] }],
  [{ 'Fn::GetAtt': ['Db', 'Endpoint.Address'] }, 'db.local'],
  [{ 'Fn::GetAtt': 'Db.Endpoint.Address' }, 'db.local'],
  [
    { 'Fn::Sub': '${Name}-${AWS::Region}-${Db}-${Db.Endpoint.Address}-${!Raw}' },
    'shop-eu-west-1-db-1-db.local-${Raw}',
  ],
  [{ 'Fn::Sub': ['${x} ${Name}', { x: { Ref: 'Db' } }] }, 'db-1 shop'],
  [{ 'Fn::Join': ['-', ['a', { Ref: 'Name' }, 1]] }, 'a-shop-1'],
  [{ 'Fn::Join': [',', { Ref: 'Subnets' }] }, 'a,b,c'],
  [{ 'Fn::Select': ['1', { Ref: 'Subnets' }] }, 'b'],
  [{ 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'eu-west-1a'],
  [{ 'Fn::Split': ['|', 'a|b'] }, ['a', 'b']],
  [{ 'Fn::If': ['Yes', 'y', 'n'] }, 'y'],
  [{ 'Fn::If': ['No', 'y', { Ref: 'AWS::NoValue' }] }, undefined],
  [{ 'Fn::FindInMap': ['Sizes', 'small', 'cpu'] }, '256'],
  [{ 'Fn::FindInMap': ['Sizes', 'big', 'cpu', { DefaultValue: '1' }] }, '1'],
  [{ 'Fn::Base64': 'hi' }, 'aGk='],
  [{ 'Fn::ImportValue': 'vpc' }, 'vpc-1'],
  [{ 'Fn::Cidr': ['10.0.0.0/16', 3, 8] }, ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']],
  [{ 'Fn::Cidr': ['2001:db8::/56', 2, 64] }, ['2001:db8::/64', '2001:db8:0:1::/64']],
])('evaluates %j', (expression, expected) => {
  expect(evaluate(expression, scope)).toEqual(expected)
})

test.each<[Value, string]>([
  [{ Ref: 'Nobody' }, 'Unresolved resource dependencies [Nobody] in the Resources block'],
  [{ 'Fn::GetAtt': ['Db', 'Nope'] }, 'resource Db does not support attribute type Nope'],
  [
    { 'Fn::Select': [9, { Ref: 'Subnets' }] },
    'Fn::Select cannot select nonexistent value at index 9',
  ],
  [{ 'Fn::FindInMap': ['Sizes', 'huge', 'cpu'] }, 'Unable to get mapping for Sizes::huge::cpu'],
  [{ 'Fn::ImportValue': 'gone' }, 'No export named gone found.'],
  [{ 'Fn::Join': ['-', 'text'] }, 'every Fn::Join object requires two parameters'],
  [{ 'Fn::Transform': {} }, 'macros are not supported'],
  [{ 'Fn::Cidr': ['10.0.0.0/24', 2, 8] }, 'Fn::Cidr cannot cut 2 blocks'],
])('refuses %j', (expression, message) => {
  expect(() => evaluate(expression, scope)).toThrow(message)
})

test('a NoEcho parameter is a placeholder wherever it goes', () => {
  const result = evaluate({ 'Fn::Sub': 'postgres://app:${Password}@${Db}' }, scope)
  expect(result).toBe(`postgres://app:${secret}@db-1`)
  expect(result).not.toContain('hunter2')
  expect(() => evaluate({ 'Fn::Base64': { Ref: 'Password' } }, scope)).toThrow('NoEcho')
})
