import { expect, test } from 'vitest'
import { pullFailure, startFailure } from './aws-words.ts'

const words = (text: string): string =>
  pullFailure('registry.example/api:1', new Error(text), 'linux/amd64').message

test('says in ECS’s words why an image cannot be pulled', () => {
  expect(words('no matching manifest for linux/amd64 in the manifest list entries')).toBe(
    'pull image manifest has been retried 1 time(s): ' +
      "image Manifest does not contain descriptor matching platform 'linux/amd64'",
  )
  expect(words('manifest for registry.example/api:1 not found: manifest unknown')).toBe(
    'pull image manifest has been retried 1 time(s): ' +
      'failed to resolve ref registry.example/api:1: registry.example/api:1: not found',
  )
  expect(words('toomanyrequests: You have reached your pull rate limit.')).toContain(
    'toomanyrequests',
  )
  expect(
    words('Get "https://registry.example/v2/": dial tcp 192.0.2.1:443: i/o timeout'),
  ).toContain('failed to do request: Get "https://registry.example/v2/"')
  expect(words('write /var/lib/x: no space left on device')).toContain('no space left on device')
})

test('drops what Docker puts in front of the reason that a container does not start', () => {
  const error = startFailure(
    new Error('failed to create shim task: OCI runtime create failed: exec: "x": not found'),
  )
  expect([error.kind, error.message]).toEqual([
    'CannotStartContainerError',
    'OCI runtime create failed: exec: "x": not found',
  ])
})
