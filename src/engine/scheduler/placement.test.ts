import { expect, test } from 'vitest'
import { chooseProviders, spread } from './placement.ts'

const a = { subnetId: 'subnet-a', zone: 'us-east-1a' }
const b = { subnetId: 'subnet-b', zone: 'us-east-1b' }
const b2 = { subnetId: 'subnet-b2', zone: 'us-east-1b' }

test('R11: tasks go where the fewest are', () => {
  expect(spread([a, b], [], 3)).toEqual([a, b, a])
  expect(spread([a, b], [a, a], 3)).toEqual([b, b, a])
})

test('R11: zones come before subnets', () => {
  expect(spread([a, b, b2], [], 4)).toEqual([a, b, b2, a])
})

test('R11: without a subnet nothing is placed', () => {
  expect(spread([], [], 2)).toEqual([])
})

const strategy = [
  { capacityProvider: 'FARGATE', base: 2, weight: 1 },
  { capacityProvider: 'FARGATE_SPOT', weight: 3 },
]

test('CP2: the base comes first, the rest follows the weights', () => {
  const chosen = chooseProviders(strategy, [], 6)
  expect(chosen.slice(0, 2)).toEqual(['FARGATE', 'FARGATE'])
  expect(chosen.filter((name) => name === 'FARGATE_SPOT')).toHaveLength(3)
})

test('CP2: a lost task of the base is replaced on the base', () => {
  expect(chooseProviders(strategy, ['FARGATE', 'FARGATE_SPOT'], 1)).toEqual(['FARGATE'])
})

test('CP1: a provider of weight 0 takes nothing beyond its base', () => {
  const zero = [
    { capacityProvider: 'FARGATE', base: 1, weight: 0 },
    { capacityProvider: 'FARGATE_SPOT', weight: 1 },
  ]
  expect(chooseProviders(zero, [], 3)).toEqual(['FARGATE', 'FARGATE_SPOT', 'FARGATE_SPOT'])
})

test('a service without a strategy has no provider', () => {
  expect(chooseProviders([], [], 2)).toEqual([undefined, undefined])
})
