import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type EngineProcess,
  isInstalled,
  startEngine,
  temporaryDirectory,
} from './support/engine.ts'

/** The AWS CLI against an engine alone: one flow for each service. */

const hasCli = await isInstalled('aws', ['--version'])
const directory = temporaryDirectory()
let engine: EngineProcess

beforeAll(async () => {
  engine = await startEngine(join(directory.path, 'engine'))
})

afterAll(async () => {
  await engine.stop()
  directory.remove()
})

/** Runs a command that must succeed, and parses what it prints. */
async function aws(command: string, ...more: readonly string[]): Promise<unknown> {
  const args = [...command.split(' '), ...more, '--output', 'json']
  const { code, stdout, stderr } = await engine.run('aws', args)
  if (code !== 0) throw new Error(`aws ${args.join(' ')}: ${stderr.trim()}`)
  return stdout.trim() === '' ? undefined : JSON.parse(stdout)
}

/** Runs a command that must fail, and returns what it says. */
async function refused(command: string): Promise<string> {
  const { code, stderr } = await engine.run('aws', command.split(' '))
  expect(code).not.toBe(0)
  return stderr.trim()
}

describe.runIf(hasCli)('the AWS CLI, with an empty account', () => {
  test('asks STS who it is', async () => {
    expect(await aws('sts get-caller-identity')).toEqual({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:root',
      UserId: '000000000000',
    })
  })

  test('makes a role in IAM and assumes it', async () => {
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
    })
    const { Role } = (await aws(
      'iam create-role --role-name deployer',
      '--assume-role-policy-document',
      trust,
    )) as { Role: { Arn: string } }
    const session = (await aws(
      `sts assume-role --role-session-name ann --role-arn ${Role.Arn}`,
    )) as { AssumedRoleUser: { Arn: string } }
    expect(session.AssumedRoleUser.Arn).toBe('arn:aws:sts::000000000000:assumed-role/deployer/ann')
  })

  test('finds the default network in EC2, and is told what is not there', async () => {
    expect(await aws('ec2 describe-vpcs --query Vpcs[].[CidrBlock,IsDefault]')).toEqual([
      ['172.31.0.0/16', true],
    ])
    expect(await refused('ec2 describe-vpcs --vpc-ids vpc-0123456789abcdef0')).toContain(
      '(InvalidVpcID.NotFound)',
    )
  })

  test('registers task definitions and makes clusters in ECS', async () => {
    await aws('ecs create-cluster --cluster-name web')
    const { taskDefinition } = (await aws(
      'ecs register-task-definition --family web --network-mode awsvpc --cpu 256 --memory 512',
      '--requires-compatibilities',
      'FARGATE',
      '--container-definitions',
      JSON.stringify([{ name: 'app', image: 'app:1', essential: true }]),
    )) as { taskDefinition: { taskDefinitionArn: string; registeredAt: number | string } }
    expect(taskDefinition.taskDefinitionArn).toMatch(/:task-definition\/web:1$/)
    // Version 1 prints seconds, version 2 a date.
    const { registeredAt } = taskDefinition
    const time = typeof registeredAt === 'number' ? registeredAt * 1000 : Date.parse(registeredAt)
    expect(Math.abs(time - Date.now()), 'away from the wall clock').toBeLessThan(60_000)
    expect(await aws('ecs list-clusters')).toEqual({
      clusterArns: ['arn:aws:ecs:eu-central-1:000000000000:cluster/web'],
    })
    expect(await refused('ecs describe-services --cluster none --services api')).toContain(
      '(ClusterNotFoundException)',
    )
  })

  test('makes a load balancer’s target group', async () => {
    const vpc = (await aws('ec2 describe-vpcs --query Vpcs[0].VpcId')) as string
    const { TargetGroups } = (await aws(
      `elbv2 create-target-group --name web --protocol HTTP --port 80 --target-type ip --vpc-id ${vpc}`,
    )) as { TargetGroups: { TargetGroupArn: string }[] }
    const arn = TargetGroups[0]?.TargetGroupArn ?? ''
    expect(await aws(`elbv2 describe-target-health --target-group-arn ${arn}`)).toEqual({
      TargetHealthDescriptions: [],
    })
  })

  test('puts log events and finds them', async () => {
    await aws('logs create-log-group --log-group-name /ecs/web')
    await aws('logs create-log-stream --log-group-name /ecs/web --log-stream-name web/app/1')
    await aws(
      'logs put-log-events --log-group-name /ecs/web --log-stream-name web/app/1 --log-events',
      `timestamp=${Date.now()},message=hello`,
    )
    const found = 'logs filter-log-events --log-group-name /ecs/web --filter-pattern hello'
    expect(await aws(`${found} --query events[].message`)).toEqual(['hello'])
  })

  test('puts metric data and gets its statistics', async () => {
    await aws(
      'cloudwatch put-metric-data --namespace Shop --metric-name Orders --value 3 --unit Count',
    )
    const at = (offsetMs: number): string => new Date(Date.now() + offsetMs).toISOString()
    const { Datapoints } = (await aws(
      'cloudwatch get-metric-statistics --namespace Shop --metric-name Orders --period 60 ' +
        `--statistics Sum --start-time ${at(-600_000)} --end-time ${at(600_000)}`,
    )) as { Datapoints: { Sum: number }[] }
    expect(Datapoints).toMatchObject([{ Sum: 3, Unit: 'Count' }])
  })

  test('keeps a secret, and parameters of both kinds', async () => {
    await aws('secretsmanager create-secret --name db --secret-string', '{"password":"p"}')
    expect(await aws('secretsmanager get-secret-value --secret-id db --query SecretString')).toBe(
      '{"password":"p"}',
    )
    await aws('ssm put-parameter --name /web/url --type String --value', 'http-on-80')
    await aws('ssm put-parameter --name /web/key --type SecureString --value', 'k')
    expect(
      await aws(
        'ssm get-parameters-by-path --path /web --with-decryption --query Parameters[].Value',
      ),
    ).toEqual(expect.arrayContaining(['http-on-80', 'k']))
  })

  test('makes an SNS topic, an ECR repository and a scalable target', async () => {
    const { TopicArn } = (await aws('sns create-topic --name alarms')) as { TopicArn: string }
    expect(await aws('sns list-topics')).toEqual({ Topics: [{ TopicArn }] })
    await aws('ecr create-repository --repository-name web')
    expect(await aws('ecr describe-repositories --query repositories[].repositoryName')).toEqual([
      'web',
    ])
    const targets = 'application-autoscaling describe-scalable-targets --service-namespace ecs'
    expect(await aws(targets)).toEqual({ ScalableTargets: [] })
  })

  test('asks RDS what it can create', async () => {
    expect(await aws('rds describe-db-instances')).toEqual({ DBInstances: [] })
  })

  test('brings a stack up and reads its events', async () => {
    const template = join(directory.path, 'template.json')
    writeFileSync(
      template,
      JSON.stringify({
        Resources: { Logs: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 7 } } },
        Outputs: { Group: { Value: { Ref: 'Logs' } } },
      }),
    )
    await aws(`cloudformation create-stack --stack-name web --template-body file://${template}`)
    await aws('cloudformation wait stack-create-complete --stack-name web')
    const statuses = await aws(
      'cloudformation describe-stack-events --stack-name web --query StackEvents[].ResourceStatus',
    )
    expect((statuses as string[])[0]).toBe('CREATE_COMPLETE')
    expect((statuses as string[]).at(-1)).toBe('CREATE_IN_PROGRESS')
  })

  test('is told when the engine does not have an operation', async () => {
    expect(await refused('ecs put-attributes --attributes name=a')).toContain(
      '(UnknownOperationException)',
    )
    expect(await refused('ec2 describe-spot-price-history')).toContain('(InvalidAction)')
    expect(await refused('athena list-work-groups')).toContain('(UnknownOperationException)')
  })
})
