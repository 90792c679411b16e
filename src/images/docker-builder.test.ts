import { expect, test } from 'vitest'
import { buildArguments } from './docker-builder.ts'
import type { BuildRequest } from './images.ts'

const request: BuildRequest = {
  contextDir: '/src/api',
  dockerfile: 'Dockerfile',
  target: undefined,
  buildArgs: {},
  platform: 'linux/amd64',
  builder: 'docker',
  cacheDir: '/cache',
  onEvent: () => {},
}

test('builds the context for the platform of the tasks', () => {
  const words = buildArguments(request, 'tag', { buildx: true, bridge: true }).join(' ')
  expect(words).toBe(
    'build --platform linux/amd64 --tag tag --file /src/api/Dockerfile ' +
      '--provenance=false --progress=plain --load /src/api',
  )
})

test('asks the classic builder for nothing that only BuildKit knows', () => {
  const words = buildArguments(request, 'tag', { buildx: false, bridge: true })
  expect(words.filter((word) => /provenance|progress|load/.test(word))).toEqual([])
})

test('lets a build use the machine’s network where Docker has none of its own', () => {
  const words = buildArguments(request, 'tag', { buildx: false, bridge: false })
  expect(words.join(' ')).toContain('--network host')
})

test('passes target and arguments on', () => {
  const words = buildArguments(
    { ...request, target: 'final', buildArgs: { A: '1', B: 'two words' }, dockerfile: '/d/File' },
    'tag',
    { buildx: false, bridge: true },
  )
  expect(words.slice(5)).toEqual([
    '--file',
    '/d/File',
    '--target',
    'final',
    '--build-arg',
    'A=1',
    '--build-arg',
    'B=two words',
    '/src/api',
  ])
})
