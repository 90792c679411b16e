import { expect, test } from 'vitest'
import { dockerAddresses } from './docker-address.ts'

test('looks where DOCKER_HOST says', () => {
  expect(dockerAddresses({ DOCKER_HOST: 'unix:///run/d.sock' })).toEqual([
    { socketPath: '/run/d.sock' },
  ])
  expect(dockerAddresses({ DOCKER_HOST: 'tcp://127.0.0.1:2376' })).toEqual([
    { host: '127.0.0.1', port: 2376 },
  ])
})

test('looks at the usual places without it, a rootless engine’s among them', () => {
  expect(dockerAddresses({ XDG_RUNTIME_DIR: '/run/user/1000' })).toEqual([
    { socketPath: '/var/run/docker.sock' },
    { socketPath: '/run/user/1000/docker.sock' },
  ])
})

test('knows an address that it cannot use', () => {
  expect(dockerAddresses({ DOCKER_HOST: 'ssh://host' })).toBeUndefined()
})
