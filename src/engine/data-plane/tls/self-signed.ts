import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import {
  bits,
  boolean,
  element,
  integer,
  objectId,
  octets,
  sequence,
  set,
  text,
  utcTime,
} from './der.ts'

export interface KeyAndCertificate {
  /** PEM. */
  readonly key: string
  readonly cert: string
}

export interface CertificateSubject {
  readonly commonName: string
  readonly dnsNames: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
}

const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'))
const COMMON_NAME = objectId('2.5.4.3')
const SUBJECT_ALT_NAME = objectId('2.5.29.17')
const BASIC_CONSTRAINTS = objectId('2.5.29.19')
const EXTENDED_KEY_USAGE = objectId('2.5.29.37')
const SERVER_AUTHENTICATION = objectId('1.3.6.1.5.5.7.3.1')
const LOOPBACK = Buffer.from([127, 0, 0, 1])

/** A new key, and a certificate that it signs itself (RFC 5280), good for 127.0.0.1 as well. */
export function selfSigned(subject: CertificateSubject): KeyAndCertificate {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const name = sequence(set(sequence(COMMON_NAME, text(subject.commonName))))
  const alternatives = [
    ...subject.dnsNames.map((each) => element(0x82, Buffer.from(each))),
    element(0x87, LOOPBACK),
  ]
  const extensions = sequence(
    sequence(SUBJECT_ALT_NAME, octets(sequence(...alternatives))),
    sequence(BASIC_CONSTRAINTS, boolean(true), octets(sequence(boolean(true)))),
    sequence(EXTENDED_KEY_USAGE, octets(sequence(SERVER_AUTHENTICATION))),
  )
  const content = sequence(
    element(0xa0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    ECDSA_WITH_SHA256,
    name,
    sequence(utcTime(subject.notBefore), utcTime(subject.notAfter)),
    name,
    pair.publicKey,
    element(0xa3, extensions),
  )
  const signature = sign('sha256', content, createPrivateKey(pair.privateKey))
  return {
    key: pair.privateKey,
    cert: pem(sequence(content, ECDSA_WITH_SHA256, bits(signature))),
  }
}

/** Sixteen bytes, positive and without a leading zero, which DER does not allow. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
