import { expect, test } from 'vitest'
import { seededRandom } from '../../random.ts'
import { type Balanced, Balancer } from './algorithms.ts'

interface Named extends Balanced {
  name: string
}

function targets(...loads: number[]): Named[] {
  return loads.map((inFlight, i) => ({
    name: 'abcdef'.charAt(i),
    inFlight,
    slowSinceMs: undefined,
  }))
}

function balancer(nowMs = 0): Balancer {
  const random = seededRandom(7)
  return new Balancer({ nowMs: () => nowMs, chance: () => random.next() })
}

test('takes targets in turn', () => {
  const each = balancer()
  const names = Array.from(
    { length: 5 },
    () => each.choose(targets(0, 0, 0), 'round_robin', 0)?.name,
  )
  expect(names).toEqual(['a', 'b', 'c', 'a', 'b'])
})

test('takes the target with the fewest requests, and equals in turn', () => {
  const each = balancer()
  expect(each.choose(targets(3, 1, 2), 'least_outstanding_requests', 0)?.name).toBe('b')
  const names = Array.from(
    { length: 4 },
    () => each.choose(targets(1, 1), 'least_outstanding_requests', 0)?.name,
  )
  expect(new Set(names)).toEqual(new Set(['a', 'b']))
})

test('spreads at random', () => {
  const each = balancer()
  const counts: Record<string, number> = {}
  for (let i = 0; i < 3000; i++) {
    const name = each.choose(targets(0, 0, 0), 'weighted_random', 0)?.name ?? ''
    counts[name] = (counts[name] ?? 0) + 1
  }
  for (const count of Object.values(counts)) expect(Math.abs(count - 1000)).toBeLessThan(120)
})

test('gives a target that starts slowly its growing share', () => {
  const share = (nowMs: number): number => {
    const each = balancer(nowMs)
    const [old, fresh] = targets(0, 0)
    if (old === undefined || fresh === undefined) throw new Error('two targets')
    const both = [old, { ...fresh, slowSinceMs: 0 }]
    let got = 0
    for (let i = 0; i < 4000; i++) {
      if (each.choose(both, 'round_robin', 100_000)?.name === 'b') got++
    }
    return got / 4000
  }
  expect(share(10_000)).toBeCloseTo(0.1 / 1.1, 1)
  expect(share(50_000)).toBeCloseTo(0.5 / 1.5, 1)
  expect(share(100_000)).toBeCloseTo(0.5, 1)
})

test('has nobody to choose among no targets', () => {
  for (const algorithm of [
    'round_robin',
    'least_outstanding_requests',
    'weighted_random',
  ] as const) {
    expect(balancer().choose([], algorithm, 0)).toBeUndefined()
  }
})
