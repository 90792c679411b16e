import { expect, test } from 'vitest'
import { FARGATE_SIZES, isFargateSize, memoryChoices } from './fargate-sizes.ts'

test.each([
  [256, 512, true],
  [256, 4096, false],
  [512, 4096, true],
  [1024, 8192, true],
  [4096, 30_720, true],
  [8192, 17_408, false],
  [8192, 20_480, true],
  [16_384, 122_880, true],
  [300, 512, false],
])('%d CPU units with %d MiB: %s', (cpu, memory, isOne) => {
  expect(isFargateSize(cpu, memory)).toBe(isOne)
})

test('says the memory of a CPU size in words', () => {
  expect([...FARGATE_SIZES.keys()].map(memoryChoices)).toEqual([
    '512, 1024 or 2048',
    '1024 to 4096 by 1024',
    '2048 to 8192 by 1024',
    '4096 to 16384 by 1024',
    '8192 to 30720 by 1024',
    '16384 to 61440 by 4096',
    '32768 to 122880 by 8192',
  ])
})
