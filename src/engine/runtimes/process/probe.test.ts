import { expect, test } from 'vitest'
import { probe } from './probe.ts'
import { findTools } from './tools.ts'

test('a missing program is named, with what to install', async () => {
  const tools = { ...findTools(''), missing: ['ip', 'script'] as const }
  const { problem } = await probe(tools, '/nowhere')
  expect(problem).toBe(
    'ip not found: install util-linux and iproute2 (apt-get install util-linux iproute2)',
  )
})

test('programs are found at their usual places without any PATH', () => {
  expect(findTools('').paths.sh).toMatch(/^\/(usr\/)?bin\/sh$/)
})
