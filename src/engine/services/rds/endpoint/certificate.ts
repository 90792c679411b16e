import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import {
  bitString,
  der,
  generalizedTime,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  tagged,
  utf8String,
} from './der.ts'

export interface Certificate {
  readonly key: string
  readonly cert: string
}

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'
const COMMON_NAME = '2.5.4.3'
const SUBJECT_ALT_NAME = '2.5.29.17'
const DAY_MS = 86_400_000
const LIFETIME_MS = 3650 * DAY_MS
/** Names longer than this are no common names. */
const MAX_COMMON_NAME = 64

/** A certificate for a host name, signed by itself, with a key made for it. */
export function selfSigned(host: string, now: Date): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(objectIdentifier(ECDSA_WITH_SHA256))
  const commonName = utf8String(host.slice(0, MAX_COMMON_NAME))
  const name = sequence(set(sequence(objectIdentifier(COMMON_NAME), commonName)))
  const dnsName = der(0x82, Buffer.from(host))
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    sequence(
      generalizedTime(new Date(now.getTime() - DAY_MS)),
      generalizedTime(new Date(now.getTime() + LIFETIME_MS)),
    ),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(
      3,
      sequence(sequence(objectIdentifier(SUBJECT_ALT_NAME), octetString(sequence(dnsName)))),
    ),
  )
  const certificate = sequence(body, algorithm, bitString(sign('sha256', body, privateKey)))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  }
}
