/**
 * The stand-in's signing key. It is derived from a fixed text, so that every task knows the same
 * one; it protects nothing, and exists in the local environment alone.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')
const seed = createHash('sha256').update('frameratr stand-in signing key').digest()
const privateKey = createPrivateKey({
  key: Buffer.concat([PKCS8_ED25519, seed]),
  format: 'der',
  type: 'pkcs8',
})
const KEY_ID = 'stand-in'

export const ISSUER = 'https://securetoken.google.com/frameratr-local'
export const AUDIENCE = 'frameratr-local'

export function keySet(): { keys: object[] } {
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' })
  return { keys: [{ ...jwk, kid: KEY_ID, alg: 'EdDSA', use: 'sig' }] }
}

/** A token as Firebase would issue it for `user`, good for an hour. */
export function tokenFor(user: string, nowMs: number): string {
  const now = Math.floor(nowMs / 1000)
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const content = [
    part({ alg: 'EdDSA', typ: 'JWT', kid: KEY_ID }),
    part({ iss: ISSUER, aud: AUDIENCE, sub: user, iat: now, exp: now + 3600 }),
  ].join('.')
  return `${content}.${sign(null, Buffer.from(content), privateKey).toString('base64url')}`
}
