import { X509Certificate } from 'node:crypto'
import { connect, createServer } from 'node:tls'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { selfSigned } from './self-signed.ts'

const SUBJECT = {
  commonName: 'Longshore on this machine',
  dnsNames: ['localhost', '*.us-east-1.elb.localhost'],
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2046-12-31T23:59:59Z'),
}

test('writes a certificate that Node reads as it was meant', () => {
  const { cert } = selfSigned(SUBJECT)
  const read = new X509Certificate(cert)
  expect(read.subject).toBe('CN=Longshore on this machine')
  expect(read.subjectAltName).toBe(
    'DNS:localhost, DNS:*.us-east-1.elb.localhost, IP Address:127.0.0.1',
  )
  expect(new Date(read.validTo)).toEqual(SUBJECT.notAfter)
  expect(read.verify(read.publicKey)).toBe(true)
  expect(read.checkHost('web-1.us-east-1.elb.localhost')).toBeDefined()
  expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1')
})

test('is accepted by a client that trusts it', async () => {
  const own = selfSigned(SUBJECT)
  const server = createServer(own, (socket) => socket.end('secret'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const client = connect({ host: '127.0.0.1', port, ca: own.cert, servername: 'localhost' })
  await once(client, 'secureConnect')
  expect(client.authorized).toBe(true)
  client.destroy()
})
