import { expect, test } from 'vitest'
import { deploymentBounds } from './bounds.ts'

test.each([
  [4, 50, 200, { lower: 2, upper: 8 }],
  [2, 75, 200, { lower: 2, upper: 4 }],
  [3, 100, 125, { lower: 3, upper: 3 }],
  [4, 100, 200, { lower: 4, upper: 8 }],
])(
  'R1, R3: %i tasks at %i to %i percent are bounded by the ceiling and the floor',
  (desired, minimumHealthyPercent, maximumPercent, bounds) => {
    expect(deploymentBounds(desired, { minimumHealthyPercent, maximumPercent })).toEqual(bounds)
  },
)

test('R2: the percentages are 100 and 200 when none are given', () => {
  expect(deploymentBounds(3, {})).toEqual({ lower: 3, upper: 6 })
})
