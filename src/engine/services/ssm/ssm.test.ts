import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testEngine } from '../../testing/test-engine.ts'
import type { ParameterRecord } from './records.ts'
import { createSsm } from './service.ts'

function start() {
  const engine = testEngine({ services: [createSsm] })
  return { engine, ssm: engine.calls().ssm }
}

test('each overwriting makes the next version, and old ones can be asked for', async () => {
  const { ssm } = start()
  await ssm.putParameter({ Name: '/app/url', Type: 'String', Value: 'one' })
  await expect(ssm.putParameter({ Name: '/app/url', Value: 'two' })).rejects.toThrow(
    'The parameter already exists.',
  )
  expect(await ssm.putParameter({ Name: '/app/url', Value: 'two', Overwrite: true })).toEqual({
    Version: 2,
    Tier: 'Standard',
  })
  expect((await ssm.getParameter({ Name: '/app/url' })).Parameter?.Value).toBe('two')
  const first = await ssm.getParameter({ Name: '/app/url:1' })
  expect(first.Parameter).toMatchObject({ Value: 'one', Version: 1, Selector: ':1' })
  await expect(ssm.getParameter({ Name: '/app/url:7' })).rejects.toThrow('version 7')
})

test('a secure string is sealed on disk and opened only when asked', async () => {
  const { ssm, engine } = start()
  await ssm.putParameter({ Name: '/app/key', Type: 'SecureString', Value: 'hunter2-hunter2' })
  const records = engine.store.collection<ParameterRecord>('ssm/parameters')
  expect(JSON.stringify([...records.values()])).not.toContain('hunter2')
  const closed = await ssm.getParameter({ Name: '/app/key' })
  expect(closed.Parameter?.Value).not.toContain('hunter2')
  const open = await ssm.getParameter({ Name: '/app/key', WithDecryption: true })
  expect(open.Parameter).toMatchObject({ Value: 'hunter2-hunter2', Type: 'SecureString' })
  const file = join(engine.context.dataDir, 'ssm', 'key')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file)).toHaveLength(32)
})

test('paths answer what is right under them, or everything below', async () => {
  const { ssm } = start()
  for (const Name of ['/a/one', '/a/b/two', '/ab/three', 'four'])
    await ssm.putParameter({ Name, Type: 'String', Value: Name })
  const names = async (Recursive: boolean): Promise<unknown[]> => {
    const { Parameters = [] } = await ssm.getParametersByPath({ Path: '/a', Recursive })
    return Parameters.map(({ Name }) => Name)
  }
  expect(await names(false)).toEqual(['/a/one'])
  expect(await names(true)).toEqual(['/a/b/two', '/a/one'])
})

test('asking for several says which of them there are not', async () => {
  const { ssm } = start()
  await ssm.putParameter({ Name: 'a', Type: 'String', Value: 'x' })
  const answer = await ssm.getParameters({ Names: ['a', 'b', 'a:9'] })
  expect(answer.Parameters).toMatchObject([{ Name: 'a' }])
  expect(answer.InvalidParameters).toEqual(['b', 'a:9'])
})

test('a parameter can be asked for by its ARN, with or without a path', async () => {
  const { ssm } = start()
  for (const Name of ['plain', '/deep/name']) {
    await ssm.putParameter({ Name, Type: 'String', Value: 'x' })
    const { Parameter } = await ssm.getParameter({ Name })
    const found = await ssm.getParameter({ Name: Parameter?.ARN ?? '' })
    expect(found.Parameter?.Name).toBe(Name)
  }
})

test('a label moves from version to version', async () => {
  const { ssm } = start()
  await ssm.putParameter({ Name: 'a', Type: 'String', Value: '1' })
  await ssm.putParameter({ Name: 'a', Value: '2', Overwrite: true })
  await ssm.labelParameterVersion({ Name: 'a', ParameterVersion: 1, Labels: ['live', 'aws-no'] })
  expect((await ssm.getParameter({ Name: 'a:live' })).Parameter?.Value).toBe('1')
  await ssm.labelParameterVersion({ Name: 'a', Labels: ['live'] })
  expect((await ssm.getParameter({ Name: 'a:live' })).Parameter?.Value).toBe('2')
  const { Parameters = [] } = await ssm.getParameterHistory({ Name: 'a' })
  expect(Parameters.map(({ Labels }) => Labels)).toEqual([[], ['live']])
})

test.each([
  ['aws-thing', 'prefixed'],
  ['/ssm/x', 'prefixed'],
  ['a b', 'letters'],
  ['a/b', 'fully qualified'],
])('refuses the name %s', async (Name, words) => {
  const { ssm } = start()
  await expect(ssm.putParameter({ Name, Type: 'String', Value: 'x' })).rejects.toThrow(words)
})

test('says that it does not have the public parameters of AWS', async () => {
  const { ssm } = start()
  await expect(
    ssm.getParameter({ Name: '/aws/service/ami-amazon-linux-latest/al2023' }),
  ).rejects.toThrow("does not have AWS's public parameters")
})

test('describes parameters by filter, without their values', async () => {
  const { ssm } = start()
  await ssm.putParameter({
    Name: '/a/x',
    Type: 'String',
    Value: 'v',
    Tags: [{ Key: 'k', Value: 't' }],
  })
  await ssm.putParameter({ Name: '/a/y', Type: 'SecureString', Value: 'v' })
  const find = async (Key: string, Values: string[], Option?: string): Promise<unknown[]> => {
    const filter = { Key, Values, ...(Option === undefined ? {} : { Option }) }
    const { Parameters = [] } = await ssm.describeParameters({ ParameterFilters: [filter] })
    return Parameters.map(({ Name }) => Name)
  }
  expect(await find('tag:k', ['t'])).toEqual(['/a/x'])
  expect(await find('Type', ['SecureString'])).toEqual(['/a/y'])
  expect(await find('Name', ['/a'], 'BeginsWith')).toEqual(['/a/x', '/a/y'])
  expect(await find('Path', ['/a'], 'Recursive')).toEqual(['/a/x', '/a/y'])
})
