import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '../../base/log.ts'
import { type Engine, type EngineOptions, startEngine } from '../engine.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import { createLogs } from '../services/logs/service.ts'
import type { Service } from '../services/service.ts'
import { createSts } from '../services/sts/service.ts'
import { testEngine } from '../testing/test-engine.ts'

const directory = mkdtempSync(join(tmpdir(), 'longshore-gateway-'))
let engine: Engine
let config: { endpoint: string; region: string; credentials: Credentials; maxAttempts: number }

interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

function engineOptions(runtime: Runtime): EngineOptions {
  return {
    dataDir: mkdtempSync(join(directory, 'engine-')),
    port: 0,
    pace: 10,
    version: '0.0.0',
    log: silentLog,
    services: async () => [createLogs, createSts],
    runtime: async () => runtime,
    onStopRequest: () => {},
    token: 'the-token',
  }
}

beforeAll(async () => {
  engine = await startEngine(engineOptions(testEngine().context.runtime))
  config = {
    endpoint: engine.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  }
})

afterAll(async () => {
  await engine.stop()
  rmSync(directory, { recursive: true, force: true })
})

interface RawAnswer {
  status: number
  body: string
}

function raw(options: {
  method?: string
  path?: string
  headers?: Record<string, string>
  body?: string | Buffer
}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: engine.port,
        method: options.method ?? 'POST',
        path: options.path ?? '/',
        headers: options.headers ?? {},
      },
      (response) => {
        let body = ''
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString()
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      },
    )
    sent.on('error', reject)
    sent.end(options.body)
  })
}

const signed = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=AKIA/20261120/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=00',
}

describe('an SDK client', () => {
  test('speaks the query protocol', async () => {
    const sts = new STSClient(config)
    const identity = await sts.send(new GetCallerIdentityCommand({}))
    expect(identity.Arn).toBe('arn:aws:iam::000000000000:root')
    expect(identity.Account).toBe('000000000000')
  })

  test('is known by the temporary credentials that it was given', async () => {
    const sts = new STSClient(config)
    const { Credentials: session } = await sts.send(
      new GetSessionTokenCommand({ DurationSeconds: 900 }),
    )
    const life = (session?.Expiration?.getTime() ?? 0) - Date.now()
    expect(Math.round(life / 60_000), 'minutes on the wall clock').toBe(15)
    const credentials = {
      accessKeyId: session?.AccessKeyId ?? '',
      secretAccessKey: session?.SecretAccessKey ?? '',
      sessionToken: session?.SessionToken ?? '',
    }
    const again = new STSClient({ ...config, credentials })
    await expect(again.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Arn: 'arn:aws:iam::000000000000:root',
    })
    const forged = new STSClient({
      ...config,
      credentials: { ...credentials, sessionToken: 'forged' },
    })
    await expect(forged.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    })
  })

  test('speaks the JSON protocol, and gets modelled errors', async () => {
    const logs = new CloudWatchLogsClient(config)
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/api', tags: { team: 'a' } }))
    await expect(
      logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/api' })),
    ).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' })
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}))
    expect(logGroups?.map(({ arn }) => arn)).toEqual([
      'arn:aws:logs:eu-west-1:000000000000:log-group:/ecs/api:*',
    ])
  })

  test('finds the log events that it put, filtered and in pages', async () => {
    const logs = new CloudWatchLogsClient(config)
    const names = { logGroupName: '/ecs/api', logStreamName: 'api/app/1' }
    await logs.send(new CreateLogStreamCommand(names))
    const now = Date.now()
    const logEvents = [0, 1, 2, 3].map((i) => ({
      timestamp: now + i,
      message: i % 2 === 0 ? `ERROR ${i}` : `fine ${i}`,
    }))
    await logs.send(new PutLogEventsCommand({ ...names, logEvents }))
    const first = await logs.send(
      new FilterLogEventsCommand({ ...group(names), filterPattern: 'ERROR', limit: 1 }),
    )
    expect(first.events?.map(({ message }) => message)).toEqual(['ERROR 0'])
    const second = await logs.send(
      new FilterLogEventsCommand({
        ...group(names),
        filterPattern: 'ERROR',
        nextToken: first.nextToken,
      }),
    )
    expect(second.events?.map(({ message }) => message)).toEqual(['ERROR 2'])
  })
})

describe('a request that is wrong', () => {
  test('is refused when it is unsigned', async () => {
    const { status, body } = await raw({
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    })
    expect(status).toBe(403)
    expect(body).toContain('<Code>MissingAuthenticationToken</Code>')
  })

  test('gets the name of the operation that is missing here', async () => {
    const { status, body } = await raw({
      headers: { ...signed, 'x-amz-target': 'Logs_20140328.StartQuery' },
      body: '{}',
    })
    expect(status).toBe(400)
    expect(JSON.parse(body)).toMatchObject({
      __type: 'UnknownOperationException',
      message: expect.stringContaining('StartQuery') as string,
    })
  })

  test('is told which required member is missing, and which has the wrong type', async () => {
    const target = { ...signed, 'x-amz-target': 'Logs_20140328.CreateLogGroup' }
    expect((await raw({ headers: target, body: '{}' })).body).toContain("at 'logGroupName'")
    expect((await raw({ headers: target, body: '{"logGroupName":7}' })).body).toContain(
      'SerializationException',
    )
    expect((await raw({ headers: target, body: '{' })).body).toContain('not valid JSON')
  })

  test.each([
    ['AWS4-HMAC-SHA256 Credential=AKIA/20261120/us-east-1/sts/aws4_request', 'IncompleteSignature'],
    ['AWS4-HMAC-SHA256 Credential=AKIA, SignedHeaders=a, Signature=b', 'IncompleteSignature'],
    ['Basic dXNlcjpwYXNz', 'IncompleteSignature'],
    [signed.authorization.replace('us-east-1', 'nowhere'), 'SignatureDoesNotMatch'],
  ])('is refused when its signature is %s', async (authorization, code) => {
    const { body } = await raw({ headers: { authorization }, body: 'Action=GetCallerIdentity' })
    expect(body).toContain(`<Code>${code}</Code>`)
  })

  test('may be signed in its query', async () => {
    const credential = 'X-Amz-Credential=AKIA%2F20261120%2Fus-east-1%2Fsts%2Faws4_request'
    const path = `/?Action=GetCallerIdentity&Version=2011-06-15&${credential}&X-Amz-Signature=00`
    expect((await raw({ method: 'GET', path })).body).toContain('<Account>000000000000</Account>')
  })

  test('leaves the engine standing even when it is no HTTP', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), async (bytes) => {
        await new Promise((resolve) => {
          const socket = connect(engine.port, '127.0.0.1', () => socket.end(Buffer.from(bytes)))
          socket.on('error', resolve)
          socket.on('close', resolve)
          socket.resume()
        })
      }),
      { numRuns: 30 },
    )
    await expect(
      new STSClient(config).send(new GetCallerIdentityCommand({})),
    ).resolves.toBeDefined()
  })

  test('never takes the engine down, whatever bytes it carries', async () => {
    const headers = fc.constantFrom<Record<string, string>>(
      signed,
      { ...signed, 'x-amz-target': 'Logs_20140328.PutLogEvents' },
      { ...signed, 'x-amz-target': 'nonsense' },
      { ...signed, 'smithy-protocol': 'rpc-v2-cbor' },
    )
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      fc.string().map((text) => Buffer.from(`Action=AssumeRole&RoleArn=${text}&A.1.2.x=${text}`)),
    )
    await fc.assert(
      fc.asyncProperty(headers, body, async (given, bytes) => {
        const { status } = await raw({ headers: given, body: bytes })
        expect(status).toBeGreaterThanOrEqual(400)
        expect(status).toBeLessThan(500)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a web page in the user’s browser', () => {
  test('is refused by its origin', async () => {
    const headers = { ...signed, origin: 'https://evil.example' }
    expect((await raw({ headers, body: 'Action=GetCallerIdentity' })).status).toBe(403)
  })

  test('is refused when it loads an image from here', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }
    const path = '/?Action=GetCallerIdentity&Version=2011-06-15'
    expect((await raw({ method: 'GET', path, headers })).status).toBe(403)
  })

  test('is refused by its host when its name was made to point here', async () => {
    const headers = { ...signed, host: 'evil.example:4566' }
    expect((await raw({ headers, body: 'Action=GetCallerIdentity' })).status).toBe(403)
  })
})

test('a request that is early waits until the engine is ready', async () => {
  const starting = Promise.withResolvers<void>()
  const { runtime } = testEngine().context
  const port = await freePort()
  const slow: Service = { name: 'ssm', operations: {}, start: () => starting.promise }
  const started = startEngine({
    ...engineOptions(runtime),
    port,
    services: async () => [createSts, () => slow],
  })
  const asked = new STSClient({ ...config, endpoint: `http://127.0.0.1:${port}` }).send(
    new GetCallerIdentityCommand({}),
  )
  starting.resolve()
  await expect(asked).resolves.toMatchObject({ Account: '000000000000' })
  await (await started).stop()
})

test('the engine stops for who knows its token only', async () => {
  const stop = { path: '/_longshore/stop' }
  expect((await raw({ ...stop, headers: { authorization: 'Bearer guess' } })).status).toBe(403)
  expect((await raw({ ...stop, headers: { authorization: 'Bearer the-token' } })).status).toBe(202)
})

function group({ logGroupName }: { logGroupName: string }): { logGroupName: string } {
  return { logGroupName }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
