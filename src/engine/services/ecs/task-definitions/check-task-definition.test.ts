import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs'
import { expect, test } from 'vitest'
import { FARGATE_SIZES } from '../../../../aws/fargate-sizes.ts'
import { checkTaskDefinition } from './check-task-definition.ts'

const web: ContainerDefinition = { name: 'web', image: 'web:1' }

function check(
  container: Partial<ContainerDefinition> = {},
  task: Partial<RegisterTaskDefinitionCommandInput> = {},
): () => void {
  return () =>
    checkTaskDefinition({
      family: 'api',
      cpu: '256',
      memory: '512',
      requiresCompatibilities: ['FARGATE'],
      containerDefinitions: [{ ...web, ...container }],
      ...task,
    })
}

test('TASK-11: every size that Fargate has is accepted, however it is written', () => {
  for (const [cpu, memories] of FARGATE_SIZES) {
    for (const memory of memories) {
      expect(check({}, { cpu: String(cpu), memory: String(memory) })).not.toThrow()
    }
  }
  expect(check({}, { cpu: '1 vCPU', memory: '2 GB' })).not.toThrow()
})

test.each<[string, Partial<RegisterTaskDefinitionCommandInput>, string]>([
  ['no CPU', { cpu: undefined }, "Fargate requires that 'cpu' be defined at the task level."],
  ['an odd CPU', { cpu: '300' }, "Invalid 'cpu' setting for task."],
  ['memory that does not go with it', { memory: '8192' }, 'No Fargate configuration exists for'],
  ['bridge networking', { networkMode: 'bridge' }, "only supports network mode 'awsvpc'."],
  ['little ephemeral storage', { ephemeralStorage: { sizeInGiB: 20 } }, 'between 21 and 200 GiB'],
  ['no container', { containerDefinitions: [] }, 'Container list cannot be empty.'],
  ['two of a name', { containerDefinitions: [web, web] }, 'Container names must be unique.'],
  ['a bad family', { family: 'a b' }, 'Family contains invalid characters.'],
  ['EFS', { volumes: [{ name: 'v', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }] }, 'engine'],
])('a task with %s is refused', (_what, task, words) => {
  expect(check({}, task)).toThrow(words)
})

test.each<[string, Partial<ContainerDefinition>, string]>([
  ['that is not essential, alone', { essential: false }, 'at least one essential container'],
  ['larger than its task', { memory: 1024 }, 'is greater than for the task.'],
  ['with more CPU than its task', { cpu: 512 }, "sum of the containers' 'cpu'"],
  [
    'with another host port',
    { portMappings: [{ containerPort: 80, hostPort: 8080 }] },
    'the host ports and container ports in port mappings must match.',
  ],
  [
    'with a port twice',
    { portMappings: [{ containerPort: 80 }, { containerPort: 80 }] },
    'unique container ports',
  ],
  [
    'whose secret has the name of a variable',
    {
      environment: [{ name: 'DB_HOST', value: 'x' }],
      secrets: [{ name: 'DB_HOST', valueFrom: 'y' }],
    },
    "variables set on the container, such as 'DB_HOST'.",
  ],
  ['with secrets but no role', { secrets: [{ name: 'A', valueFrom: 'b' }] }, "'executionRoleArn'"],
  ['that is privileged', { privileged: true }, "'privileged' is not supported"],
  ['with links', { links: ['db'] }, "'links' is not supported"],
  ['that mounts what is not there', { mountPoints: [{ sourceVolume: 'x' }] }, "volume 'x'"],
  ['with a log driver of EC2', { logConfiguration: { logDriver: 'syslog' } }, 'not supported'],
  [
    'that logs without a prefix',
    { logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'g' } } },
    'awslogs-region',
  ],
  ['that stops too slowly', { stopTimeout: 121 }, 'stopTimeout must be between 2 and 120'],
  ['checked too often', { healthCheck: { command: ['CMD', 'a'], interval: 1 } }, 'between 5 and'],
  [
    'restarted too often',
    { restartPolicy: { enabled: true, restartAttemptPeriod: 5 } },
    'between 60 and 1800',
  ],
  [
    'that waits for nobody',
    { dependsOn: [{ containerName: 'db', condition: 'START' }] },
    "unknown container 'db'",
  ],
])('a container %s is refused', (_what, container, words) => {
  expect(check(container)).toThrow(words)
})

test('TASK-4: what containers may wait for', () => {
  const on = (condition: 'SUCCESS' | 'HEALTHY' | 'START', db: Partial<ContainerDefinition>) =>
    check(
      {},
      {
        containerDefinitions: [
          { ...web, dependsOn: [{ containerName: 'db', condition }] },
          { name: 'db', image: 'db', ...db },
        ],
      },
    )
  expect(on('SUCCESS', { essential: false })).not.toThrow()
  expect(on('SUCCESS', {})).toThrow("essential container 'db'")
  expect(on('HEALTHY', {})).toThrow('has no health check')
  const circle = [{ containerName: 'web', condition: 'START' as const }]
  expect(on('START', { dependsOn: circle })).toThrow('must not form a cycle')
})

test('a definition that does not require Fargate need not fit it', () => {
  const task = { requiresCompatibilities: undefined, cpu: undefined, memory: undefined }
  expect(check({ memory: 128, privileged: true }, task)).not.toThrow()
  expect(check({}, task)).toThrow("At least one of 'memory' or 'memoryReservation'")
})
