import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { testEngine } from '../../testing/test-engine.ts'
import { passesFilter } from './filter-policy.ts'
import { Mailbox } from './mailbox.ts'
import { createSns } from './service.ts'

function start() {
  const engine = testEngine({ services: [createSns] })
  const mailbox = new Mailbox(() => engine.context.dataDir)
  const mail = (): string[] => mailbox.list().map((name) => mailbox.read(name))
  return { sns: engine.calls().sns, engine, mail }
}

test('creating a topic again answers the same topic, unless it would differ', async () => {
  const { sns } = start()
  const first = await sns.createTopic({ Name: 'alarms', Attributes: { DisplayName: 'a' } })
  expect(first.TopicArn).toBe('arn:aws:sns:us-east-1:000000000000:alarms')
  expect(await sns.createTopic({ Name: 'alarms' })).toEqual(first)
  await expect(
    sns.createTopic({ Name: 'alarms', Attributes: { DisplayName: 'b' } }),
  ).rejects.toThrow('Topic already exists with different attributes')
})

test('the name of a FIFO topic ends in .fifo, and no other does', async () => {
  const { sns } = start()
  await expect(sns.createTopic({ Name: 'a.fifo' })).rejects.toThrow('Invalid parameter')
  await expect(sns.createTopic({ Name: 'a', Attributes: { FifoTopic: 'true' } })).rejects.toThrow(
    'Invalid parameter',
  )
  await sns.createTopic({ Name: 'a.fifo', Attributes: { FifoTopic: 'true' } })
})

test('an e-mail subscription gets messages only after its confirmation', async () => {
  const { sns, mail } = start()
  const { TopicArn = '' } = await sns.createTopic({ Name: 'alarms' })
  const { SubscriptionArn } = await sns.subscribe({
    TopicArn,
    Protocol: 'email',
    Endpoint: 'me@example.com',
  })
  expect(SubscriptionArn).toBe('pending confirmation')
  await sns.publish({ TopicArn, Message: 'too early' })
  expect(mail()).toHaveLength(1)
  const token = /--token (\w+)/.exec(mail()[0] ?? '')?.[1] ?? ''
  await sns.confirmSubscription({ TopicArn, Token: token })
  await sns.publish({ TopicArn, Subject: 'Alarm', Message: 'CPU is high' })
  expect(mail()).toHaveLength(2)
  expect(mail().find((text) => text.includes('Subject: Alarm'))).toContain('CPU is high')
})

test('refuses to deliver anywhere but to this machine', async () => {
  const { sns } = start()
  const { TopicArn = '' } = await sns.createTopic({ Name: 'alarms' })
  for (const Endpoint of ['http://example.com/', 'http://10.0.0.1/', 'http://127.0.0.1.evil.com/'])
    await expect(sns.subscribe({ TopicArn, Protocol: 'http', Endpoint })).rejects.toThrow(
      'addresses of this machine only',
    )
  await expect(
    sns.subscribe({ TopicArn, Protocol: 'sqs', Endpoint: 'arn:aws:sqs:us-east-1:1:q' }),
  ).rejects.toThrow('does not deliver to sqs')
})

test('posts to an HTTP endpoint of this machine', async () => {
  const { sns } = start()
  const received: { type: string; body: string }[] = []
  const arrived = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      received.push({ type: String(request.headers['x-amz-sns-message-type']), body })
      response.end()
      arrived[received.length - 1]?.resolve()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const { TopicArn = '' } = await sns.createTopic({ Name: 'alarms' })
  await sns.subscribe({ TopicArn, Protocol: 'http', Endpoint: `http://127.0.0.1:${port}/hook` })
  await arrived[0]?.promise
  const { Token = '' } = JSON.parse(received[0]?.body ?? '{}') as { Token?: string }
  await sns.confirmSubscription({ TopicArn, Token })
  await sns.publish({ TopicArn, Message: 'hello' })
  await arrived[1]?.promise
  expect(received.map(({ type }) => type)).toEqual(['SubscriptionConfirmation', 'Notification'])
  expect(JSON.parse(received[1]?.body ?? '')).toMatchObject({ Message: 'hello', TopicArn })
  await new Promise((resolve) => server.close(resolve))
})

test('a FIFO topic numbers its messages and takes the same one once', async () => {
  const { sns } = start()
  const { TopicArn = '' } = await sns.createTopic({
    Name: 'a.fifo',
    Attributes: { FifoTopic: 'true', ContentBasedDeduplication: 'true' },
  })
  const one = await sns.publish({ TopicArn, Message: 'x', MessageGroupId: 'g' })
  const again = await sns.publish({ TopicArn, Message: 'x', MessageGroupId: 'g' })
  const two = await sns.publish({ TopicArn, Message: 'y', MessageGroupId: 'g' })
  expect(again).toEqual(one)
  expect(BigInt(two.SequenceNumber ?? 0)).toBe(BigInt(one.SequenceNumber ?? 0) + 1n)
  await expect(sns.publish({ TopicArn, Message: 'x' })).rejects.toThrow('MessageGroupId')
})

test('a batch says of each entry whether it was taken', async () => {
  const { sns } = start()
  const { TopicArn = '' } = await sns.createTopic({ Name: 'a' })
  const answer = await sns.publishBatch({
    TopicArn,
    PublishBatchRequestEntries: [
      { Id: '1', Message: 'x' },
      { Id: '2', Message: '' },
    ],
  })
  expect(answer.Successful).toMatchObject([{ Id: '1' }])
  expect(answer.Failed).toMatchObject([{ Id: '2', Code: 'InvalidParameter' }])
})

test.each([
  [{ kind: ['a', 'b'] }, { kind: { type: 'String', value: 'a' } }, true],
  [{ kind: ['a'] }, {}, false],
  [{ kind: [{ prefix: 'ab' }] }, { kind: { type: 'String', value: 'abc' } }, true],
  [{ kind: [{ 'anything-but': ['a'] }] }, { kind: { type: 'String', value: 'a' } }, false],
  [{ n: [{ numeric: ['>', 1, '<=', 5] }] }, { n: { type: 'Number', value: '5' } }, true],
  [{ n: [{ numeric: ['>', 1, '<=', 5] }] }, { n: { type: 'Number', value: '6' } }, false],
  [{ kind: [{ exists: false }] }, {}, true],
  [{ list: ['x'] }, { list: { type: 'String.Array', value: '["y","x"]' } }, true],
])('the filter policy %j on attributes %j answers %s', (policy, attributes, expected) => {
  expect(passesFilter(policy, { body: '', attributes }, 'MessageAttributes')).toBe(expected)
})
