import { Readable } from 'node:stream'
import { HttpResponse } from '@smithy/core/protocols'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { silentLog } from '../../base/log.ts'
import { SERVICE_APIS, type ServiceApi } from '../protocol/service-api.ts'
import { modelOf } from '../protocol/service-model.ts'
import type { Member, OperationSchema, Shape, StructureShape } from '../protocol/shape.ts'
import type { Service } from '../services/service.ts'
import { openStore } from '../store/sqlite-store.ts'
import { dispatch } from './dispatch.ts'

/**
 * Whatever a client of the AWS SDK sends arrives at the handler, and whatever the handler returns
 * arrives at the client: for every operation of every service, with random values.
 */

const AHEAD_MS = 86_400_000
const RUNS = 40
const MAX_DEPTH = 4
/** AWS takes these without a signature; the engine does not have them. */
const UNSIGNED = /^AssumeRoleWith(?:SAML|WebIdentity)$/

/** Engine time is a day ahead, so that a timestamp that is not translated shows. */
const times = {
  toWall: (engineMs: number) => new Date(engineMs - AHEAD_MS),
  fromWall: (wall: Date) => wall.getTime() + AHEAD_MS,
}

/** The parts of a client that the test uses; each client package has its own types. */
interface Client {
  send(command: object): Promise<object>
}
type ClientClass = new (config: object) => Client
type CommandClass = new (input: object) => object

interface WireRequest {
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  body: string | Uint8Array | undefined
}

describe.each(SERVICE_APIS.map((api) => ({ name: api.service, api })))('$name', ({ api }) => {
  test('carries every value between a client and a handler', async () => {
    const exported = (await api.load()) as Record<string, unknown>
    const model = await modelOf(api)
    const operations = Object.keys(exported)
      .filter((name) => name.endsWith('Command') && name !== '$Command')
      .map((name) => model.operations.get(name.slice(0, -'Command'.length)))
      .filter((operation) => operation !== undefined)
      .filter((operation) => !streams(operation) && !UNSIGNED.test(operation.name))
    const arbitrary = fc.constantFrom(...operations).chain((operation) =>
      fc.record({
        operation: fc.constant(operation),
        input: valueOf(operation.input, api),
        output: valueOf(operation.output, api),
      }),
    )
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ operation, input, output }) => {
        const command = exported[`${operation.name}Command`] as CommandClass
        const { arrived, answer } = await converse(api, exported, {
          operation,
          command: new command(input),
          output,
        })
        expect(arrived).toMatchObject(inEngineTime(input) as object)
        expect(inEngineTime(withoutMetadata(answer))).toEqual(output)
      }),
      { numRuns: RUNS },
    )
  })
})

interface Conversation {
  readonly operation: OperationSchema
  readonly command: object
  readonly output: object
}

/** Sends a command to a service that has this one operation, without a socket. */
async function converse(
  api: ServiceApi,
  exported: Record<string, unknown>,
  { operation, command, output }: Conversation,
): Promise<{ arrived: object; answer: object }> {
  let arrived: object = {}
  const service: Service = {
    name: api.service,
    operations: {
      [operation.name]: (input: object) => {
        arrived = input
        return output
      },
    },
  }
  const clientName = Object.keys(exported).find((name) => /^[A-Z].*Client$/.test(name)) ?? ''
  const client = new (exported[clientName] as ClientClass)({
    endpoint: 'http://127.0.0.1:4566',
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: { handle: (request: WireRequest) => handle(request, service) },
  })
  const answer = await client.send(command)
  return { arrived, answer }
}

async function handle(request: WireRequest, service: Service): Promise<object> {
  const search = new URLSearchParams(request.query).toString()
  const { status, headers, body } = await dispatch(
    {
      method: request.method,
      url: search === '' ? request.path : `${request.path}?${search}`,
      headers: request.headers,
      body: Buffer.from(request.body ?? ''),
    },
    {
      services: new Map([[service.name, service]]),
      accountId: '000000000000',
      store: openStore(':memory:'),
      times,
      log: silentLog,
      requestId: () => '11111111-2222-4333-8444-555555555555',
      principalOf: () => 'arn:aws:iam::000000000000:root',
      onCall: () => {},
      onUnknown: () => {},
    },
  )
  const stream = Readable.from([Buffer.from(body)])
  return { response: new HttpResponse({ statusCode: status, headers, body: stream }) }
}

/** Random values of a shape. What a protocol cannot say (an empty list in a form) is left out. */
function valueOf(shape: Shape, api: ServiceApi, depth = 0): fc.Arbitrary<object> {
  return arbitraryOf(shape, api, depth) as fc.Arbitrary<object>
}

function arbitraryOf(shape: Shape, api: ServiceApi, depth: number): fc.Arbitrary<unknown> {
  const least = api.query === undefined ? 0 : 1
  switch (shape.kind) {
    case 'structure':
      return structureOf(shape, api, depth)
    case 'list':
      return fc.array(arbitraryOf(shape.item.shape, api, depth + 1), {
        minLength: least,
        maxLength: 3,
      })
    case 'map':
      return fc.dictionary(
        fc.stringMatching(/^[a-z]{1,9}$/),
        valueOf(shape.value.shape, api, depth + 1),
        {
          minKeys: least,
          maxKeys: 3,
          noNullPrototype: true,
        },
      )
    case 'timestamp':
      return fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000))
    case 'blob':
      return fc.uint8Array({ minLength: 1, maxLength: 20 })
    case 'number':
      return fc.integer()
    case 'boolean':
      return fc.boolean()
    case 'document':
      return fc.constant({})
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 12 })
  }
}

function structureOf(shape: StructureShape, api: ServiceApi, depth: number): fc.Arbitrary<unknown> {
  const plain = shape.members.filter(({ shape: { kind } }) => isPlain(kind))
  const inner = depth < MAX_DEPTH || plain.length === 0 ? shape.members : plain
  const chosen = fc.subarray([...inner], {
    minLength: Math.min(1, inner.length),
    maxLength: Math.min(6, inner.length),
  })
  return chosen.chain((members) =>
    fc.record(
      Object.fromEntries(
        withRequired(shape, members).map((member): [string, fc.Arbitrary<unknown>] => [
          member.name,
          arbitraryOf(member.shape, api, depth + 1),
        ]),
      ),
      { noNullPrototype: true },
    ),
  )
}

function withRequired(shape: StructureShape, members: readonly Member[]): Member[] {
  return [...new Set<Member>([...shape.members.slice(0, shape.required), ...members])]
}

function isPlain(kind: Shape['kind']): boolean {
  return kind !== 'structure' && kind !== 'list' && kind !== 'map'
}

function inEngineTime(value: unknown): unknown {
  if (value instanceof Date) return new Date(value.getTime() + AHEAD_MS)
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(inEngineTime)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inEngineTime(item)]))
}

function withoutMetadata(answer: object): object {
  const { $metadata: _, ...output } = answer as Record<string, unknown>
  return output
}

/** Event streams are no part of any operation here. */
function streams({ output }: OperationSchema): boolean {
  return output.members.some(({ name }) => /stream$/i.test(name))
}
