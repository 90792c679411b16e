import { createRemoteJWKSet, jwtVerify, type JWTVerifyGetKey } from 'jose'
import type { FastifyRequest } from 'fastify'
import type { Config } from './config.ts'

/** Tells who sends a request; throws an `Unauthorized` when nobody known does. */
export type Authenticate = (request: FastifyRequest) => Promise<string>

export class Unauthorized extends Error {
  readonly statusCode = 401
}

/** Checks Firebase-style JWTs against the issuer's key set (Firebase signs with RS256). */
export function jwtAuthenticator(
  auth: Pick<Config['auth'], 'issuer' | 'audience'>,
  keys: JWTVerifyGetKey,
): Authenticate {
  return async (request) => {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ')
    if (scheme !== 'Bearer' || token === undefined)
      throw new Unauthorized('a bearer token is needed')
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: auth.issuer,
        audience: auth.audience,
        algorithms: ['RS256', 'EdDSA'],
      })
      if (payload.sub === undefined) throw new Unauthorized('the token names no user')
      return payload.sub
    } catch (error) {
      if (error instanceof Unauthorized) throw error
      throw new Unauthorized('the token is not valid')
    }
  }
}

export function remoteKeys(jwksUrl: string): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(jwksUrl))
}
