import { expect, test } from 'vitest'
import { parseReference } from './image-reference.ts'

const DIGEST = `sha256:${'0'.repeat(64)}`

test('takes an image name apart', () => {
  const parts = (uri: string) => {
    const { name, tag, digest } = parseReference(uri) ?? {}
    return [name, tag, digest]
  }
  expect(parts('nginx')).toEqual(['nginx', undefined, undefined])
  expect(parts('nginx:1.29')).toEqual(['nginx', '1.29', undefined])
  expect(parts('localhost:4566/frameratr/api:1')).toEqual([
    'localhost:4566/frameratr/api',
    '1',
    undefined,
  ])
  expect(parts(`localhost:4566/api@${DIGEST}`)).toEqual(['localhost:4566/api', undefined, DIGEST])
  expect(parts(`public.ecr.aws/docker/library/node:24@${DIGEST}`)).toEqual([
    'public.ecr.aws/docker/library/node',
    '24',
    DIGEST,
  ])
})

test('knows what can be no name of an image', () => {
  for (const uri of ['', 'Nginx', 'nginx:', 'a b', 'nginx@sha256:1', 'https://nginx']) {
    expect(parseReference(uri), uri).toBeUndefined()
  }
})
