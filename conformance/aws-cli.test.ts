import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { finish, type Finished, tool, type Tool, until } from './support/longshore.ts'

const FIXTURE = join(import.meta.dirname, 'fixtures', 'small')
const CLUSTER = 'small-local'

/** The AWS command lines of this machine: version 1 and version 2, where they are installed. */
const CLIS = ['aws', '/usr/bin/aws']
  .map((path) => ({ path, version: spawnSync(path, ['--version'], { encoding: 'utf8' }) }))
  .filter(({ version }) => version.status === 0)
  .map(({ path, version }) => ({
    path,
    version: /aws-cli\/(\d+)/.exec(`${version.stdout}${version.stderr}`)?.[1] ?? '?',
  }))
  .filter(({ version }, i, all) => all.findIndex((each) => each.version === version) === i)

if (CLIS.length === 0) process.stderr.write('SKIPPED: the AWS CLI is not on this machine\n')

let longshore: Tool
let environment: NodeJS.ProcessEnv

beforeAll(async () => {
  if (CLIS.length === 0) return
  longshore = await tool()
  await longshore.json('up', FIXTURE, '--detach', '--port', String(longshore.port))
  environment = {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_PAGER: '',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}, 120_000)

afterAll(async () => {
  if (CLIS.length === 0) return
  await longshore.run('down', FIXTURE)
  await longshore.dispose()
})

describe.each(CLIS)('the AWS CLI, version $version', ({ path, version }) => {
  const run = (line: string): Promise<Finished> =>
    finish(path, ['--endpoint-url', longshore.endpoint, ...line.split(' ')], { env: environment })
  const json = async (line: string): Promise<Record<string, never>> => {
    const { code, stdout, stderr } = await run(`${line} --output json`)
    expect(code, stderr).toBe(0)
    return JSON.parse(stdout) as Record<string, never>
  }

  test('describes the service and its tasks', async () => {
    expect(await json(`ecs describe-services --cluster ${CLUSTER} --services web`)).toMatchObject({
      services: [{ status: 'ACTIVE', deployments: [{ rolloutState: 'COMPLETED' }] }],
      failures: [],
    })
    const { taskArns } = await json(`ecs list-tasks --cluster ${CLUSTER}`)
    expect(
      await json(`ecs describe-tasks --cluster ${CLUSTER} --tasks ${String(taskArns?.[0])}`),
    ).toMatchObject({ tasks: [{ lastStatus: 'RUNNING', containers: [{ name: 'app' }] }] })
  })

  test('changes the desired count and waits until the service is stable', async () => {
    await json(`ecs update-service --cluster ${CLUSTER} --service web --desired-count 3`)
    const waited = await run(`ecs wait services-stable --cluster ${CLUSTER} --services web`)
    expect(waited.code, waited.stderr).toBe(0)
    const groups = await json('elbv2 describe-target-groups')
    const [group] = groups['TargetGroups'] as unknown as { TargetGroupArn: string }[]
    // A service is stable when its tasks run; their targets become healthy a moment later.
    const healthy = await until(async () => {
      const health = await json(
        `elbv2 describe-target-health --target-group-arn ${group?.TargetGroupArn ?? ''}`,
      )
      const states = health['TargetHealthDescriptions'] as unknown as {
        TargetHealth: { State: string }
      }[]
      const count = states.filter(({ TargetHealth }) => TargetHealth.State === 'healthy').length
      return count === 3 ? count : undefined
    })
    expect(healthy).toBe(3)
    await json(`ecs update-service --cluster ${CLUSTER} --service web --desired-count 1`)
  })

  test('runs a task of its own', async () => {
    const { services } = await json(`ecs describe-services --cluster ${CLUSTER} --services web`)
    const [service] = services as unknown as {
      taskDefinition: string
      networkConfiguration: { awsvpcConfiguration: { subnets: string[]; securityGroups: string[] } }
    }[]
    const network = service?.networkConfiguration.awsvpcConfiguration
    const placement = `subnets=[${network?.subnets.join(',') ?? ''}],securityGroups=[${network?.securityGroups.join(',') ?? ''}]`
    const { tasks } = await json(
      `ecs run-task --cluster ${CLUSTER} --launch-type FARGATE --task-definition ` +
        `${service?.taskDefinition ?? ''} --network-configuration awsvpcConfiguration={${placement}}`,
    )
    const [task] = tasks as unknown as { taskArn: string }[]
    const waited = await run(
      `ecs wait tasks-running --cluster ${CLUSTER} --tasks ${task?.taskArn ?? ''}`,
    )
    expect(waited.code, waited.stderr).toBe(0)
    await json(`ecs stop-task --cluster ${CLUSTER} --task ${task?.taskArn ?? ''} --reason done`)
  })

  test('reads the secret, the stack’s events and a metric', async () => {
    const secret = await json('secretsmanager get-secret-value --secret-id small/local/token')
    expect(String(secret['SecretString'])).toMatch(/^[0-9a-f]{32}$/)
    const events = await json('cloudformation describe-stack-events --stack-name small-local')
    expect(events['StackEvents']).toEqual(
      expect.arrayContaining([expect.objectContaining({ ResourceStatus: 'CREATE_COMPLETE' })]),
    )
    const start = new Date(Date.now() - 600_000).toISOString()
    const end = new Date(Date.now() + 60_000).toISOString()
    await json(
      'cloudwatch get-metric-statistics --namespace AWS/ECS --metric-name CPUUtilization ' +
        `--dimensions Name=ClusterName,Value=${CLUSTER} Name=ServiceName,Value=web ` +
        `--start-time ${start} --end-time ${end} --period 60 --statistics Average`,
    )
  })

  test.runIf(version === '2')('follows the logs', async () => {
    const child = spawn(
      path,
      [
        '--endpoint-url',
        longshore.endpoint,
        'logs',
        'tail',
        '/ecs/small-local-web',
        '--follow',
        '--since',
        '1h',
      ],
      { env: environment, stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const seen = new Promise<string>((resolve) => {
      let output = ''
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        if (output.includes('listening')) resolve(output)
      })
    })
    expect(await seen).toContain('web/app/')
    child.kill()
  })
})
