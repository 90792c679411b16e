import { expect, test } from 'vitest'
import type { ContainerSpec, SandboxSpec } from '../runtime.ts'
import { containerBody } from './container-body.ts'

const sandbox: SandboxSpec = {
  taskId: 'task',
  vpcId: 'vpc-1',
  privateIp: '10.0.1.5',
  prefixLength: 24,
  hostname: 'ip-10-0-1-5',
  cpuUnits: 512,
  memoryMiB: 1024,
  metadata: () => Promise.reject(new Error('nobody asks')),
}
const spec: ContainerSpec = {
  name: 'web',
  image: {
    uri: 'web:1',
    digest: 'sha256:0',
    config: {
      entrypoint: [],
      command: [],
      environment: {},
      workingDirectory: '',
      user: '',
      stopSignal: '',
    },
  },
  argv: ['node', 'server.js'],
  environment: { A: '1=2' },
  workingDirectory: '/app',
  user: 'node',
  readonlyRootFilesystem: true,
  memoryMiB: undefined,
  cpuUnits: undefined,
  hosts: {},
  mounts: [
    { source: { directory: '/srv' }, path: '/data', readonly: true },
    { source: { volume: 'shared' }, path: '/shared', readonly: false },
  ],
  onOutput: () => {},
}
const body = (overrides: Partial<ContainerSpec> = {}) =>
  containerBody(
    { ...spec, ...overrides },
    {
      sandbox,
      engineId: 'engine',
      pauseId: 'pause',
      imageId: 'sha256:1',
      hostsFile: '/d/hosts',
      resolverFile: '/d/resolv.conf',
      volumeName: (name) => `longshore-task-${name}`,
    },
  )

test('starts what the task definition says, and nothing of the image’s own', () => {
  expect(body()).toMatchObject({
    Image: 'sha256:1',
    Entrypoint: ['node', 'server.js'],
    Cmd: [],
    Env: ['A=1=2'],
    WorkingDir: '/app',
    User: 'node',
    Healthcheck: { Test: ['NONE'] },
    HostConfig: { NetworkMode: 'container:pause', ReadonlyRootfs: true },
  })
})

test('leaves the image its own directory and user where none is said', () => {
  const plain = body({ workingDirectory: '', user: '' })
  expect(plain).not.toHaveProperty('WorkingDir')
  expect(plain).not.toHaveProperty('User')
})

test('limits memory to the container’s own, else to the task’s, without swap', () => {
  const limits = (memoryMiB: number | undefined) => {
    const { Memory, MemorySwap } = body({ memoryMiB }).HostConfig
    return [Memory, MemorySwap]
  }
  expect(limits(undefined)).toEqual([1024 ** 3, 1024 ** 3])
  expect(limits(256)).toEqual([256 * 1024 ** 2, 256 * 1024 ** 2])
})

test('limits processor time to the task’s, and shares it out by the containers’ units', () => {
  expect(body({ cpuUnits: 128 }).HostConfig).toMatchObject({ NanoCpus: 5e8, CpuShares: 128 })
  expect(body({ cpuUnits: 0 }).HostConfig).toMatchObject({ CpuShares: 2 })
})

test('mounts directories of the machine and volumes of the task', () => {
  expect(body().HostConfig.Mounts.slice(2)).toEqual([
    { Type: 'bind', Source: '/srv', Target: '/data', ReadOnly: true },
    { Type: 'volume', Source: 'longshore-task-shared', Target: '/shared', ReadOnly: false },
  ])
})
