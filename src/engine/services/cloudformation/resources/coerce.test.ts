import { expect, test } from 'vitest'
import type { ValueMap } from '../template/value.ts'
import { camelCased } from './casing.ts'
import { coerceProperties } from './coerce.ts'
import { generatedName } from './generated-name.ts'
import { schemaOf } from './schema.ts'

function coerce(type: string, properties: ValueMap): ValueMap {
  const schema = schemaOf(type)
  if (schema === undefined) throw new Error(`no schema of ${type}`)
  return coerceProperties({ type, schema }, properties)
}

test('gives numbers, booleans and strings the type of the schema', () => {
  expect(
    coerce('AWS::EC2::SecurityGroup', {
      GroupDescription: 5,
      SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: '80', ToPort: 80 }],
    }),
  ).toEqual({
    GroupDescription: '5',
    SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80 }],
  })
  expect(coerce('AWS::EC2::VPC', { EnableDnsSupport: 'true' })).toEqual({ EnableDnsSupport: true })
})

test('names every fault at once', () => {
  expect(() =>
    coerce('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Actions: 'x',
      Priority: 'high',
      Conditions: [],
      Extra: 1,
    }),
  ).toThrow(
    'Properties validation failed for resource ListenerRule with message:\n' +
      '[#/Actions: expected type: JSONArray, found: String, ' +
      '#/Priority: expected type: Integer, found: String, ' +
      '#: extraneous key [Extra] is not permitted]',
  )
})

test('writes properties as ECS spells them and leaves the keys of maps alone', () => {
  expect(
    camelCased('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        {
          Name: 'app',
          DockerLabels: { 'Com.Example': 'X' },
          LogConfiguration: { LogDriver: 'awslogs', Options: { 'awslogs-group': 'g' } },
        },
      ],
      Volumes: [
        {
          Name: 'v',
          EFSVolumeConfiguration: {
            FilesystemId: 'fs-1',
            AuthorizationConfig: { IAM: 'ENABLED' },
          },
        },
      ],
    }),
  ).toEqual({
    containerDefinitions: [
      {
        name: 'app',
        dockerLabels: { 'Com.Example': 'X' },
        logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'g' } },
      },
    ],
    volumes: [
      {
        name: 'v',
        efsVolumeConfiguration: { fileSystemId: 'fs-1', authorizationConfig: { iam: 'ENABLED' } },
      },
    ],
  })
})

test('keeps generated names within their limit and unique by their end', () => {
  const parts = {
    stackName: 'frameratr-production',
    logicalId: 'BackendTargetGroup',
    suffix: 'A1B2C3D4E5F6',
  }
  expect(generatedName(parts, { maxLength: 255 })).toBe(
    'frameratr-production-BackendTargetGroup-A1B2C3D4E5F6',
  )
  const short = generatedName(parts, { maxLength: 32 })
  expect(short).toHaveLength(32)
  expect(short).toMatch(/^framerat.*-Backend.*-A1B2C3D4E5F6$/)
  expect(generatedName(parts, { maxLength: 255, lowercase: true })).toMatch(/^[a-z0-9-]+$/)
})
