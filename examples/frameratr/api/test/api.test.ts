import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { PGlite } from '@electric-sql/pglite'
import type { FastifyInstance } from 'fastify'
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { buildApp } from '../src/app.ts'
import { jwtAuthenticator } from '../src/auth.ts'
import { migrate } from '../src/migrate.ts'
import { type Tmdb, TmdbError } from '../src/tmdb.ts'

const ISSUER = 'https://issuer.test/frameratr'
const AUDIENCE = 'frameratr'
const heat = {
  id: 949,
  title: 'Heat',
  overview: 'A thief and a detective.',
  release_date: '1995-12-15',
  poster_path: null,
}
const tmdb: Tmdb = {
  searchMovies: async (_query, page) => ({
    page,
    results: [heat],
    total_pages: 1,
    total_results: 1,
  }),
  trendingMovies: async () => ({ page: 1, results: [heat], total_pages: 1, total_results: 1 }),
  movie: async (id) => {
    if (id !== heat.id) throw new TmdbError(404)
    return heat
  },
}

let app: FastifyInstance
let sign: (user: string, audience?: string) => Promise<string>
const lite = new PGlite()

before(async () => {
  const db = {
    query: async <Row extends object>(text: string, values: unknown[] = []) =>
      lite.query<Row>(text, values),
    script: async (sql: string) => {
      await lite.exec(sql)
    },
  }
  assert.deepEqual(await migrate(db), ['001_catalogue.sql', '002_favorites.sql'])
  assert.deepEqual(await migrate(db), [], 'a second run has nothing to do')

  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1' }] })
  sign = (user, audience = AUDIENCE) =>
    new SignJWT()
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setSubject(user)
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setExpirationTime('5m')
      .sign(privateKey)
  const authenticate = jwtAuthenticator({ issuer: ISSUER, audience: AUDIENCE }, keys)
  app = buildApp({ db, tmdb, authenticate }, { logger: false })
})

after(async () => {
  await app.close()
  await lite.close()
})

const as = async (user: string) => ({ authorization: `Bearer ${await sign(user)}` })

test('health answers without a database', async () => {
  const response = await app.inject('/health')
  assert.deepEqual(response.json(), { ok: true })
})

test('search needs a query and passes TMDb results on', async () => {
  assert.equal((await app.inject('/api/tmdb/search/movies')).statusCode, 400)
  const found = await app.inject('/api/tmdb/search/movies?q=heat')
  assert.equal(found.json().results[0].title, 'Heat')
})

test('a rating brings the film into the catalogue and counts in its average', async () => {
  for (const [user, score] of [
    ['ann', 6],
    ['ben', 9],
    ['ann', 7],
  ] as const) {
    const response = await app.inject({
      method: 'POST',
      url: '/api/ratings',
      headers: await as(user),
      payload: { movieId: 949, score },
    })
    assert.equal(response.statusCode, 201)
  }
  const movie = (await app.inject('/api/movies/949')).json()
  assert.equal(movie.ratings, 2)
  assert.equal(movie.averageScore, 8)
})

test('a score out of range, an unknown film and a missing token are refused', async () => {
  const rate = async (payload: object, headers: Record<string, string>) =>
    (await app.inject({ method: 'POST', url: '/api/ratings', headers, payload })).statusCode
  assert.equal(await rate({ movieId: 949, score: 11 }, await as('ann')), 400)
  assert.equal(await rate({ movieId: 1, score: 5 }, await as('ann')), 404)
  assert.equal(await rate({ movieId: 949, score: 5 }, {}), 401)
  const stranger = { authorization: `Bearer ${await sign('ann', 'another-app')}` }
  assert.equal(await rate({ movieId: 949, score: 5 }, stranger), 401)
})

test('reviews are listed with their film, newest first', async () => {
  for (const body of ['Long.', 'Better the second time.']) {
    await app.inject({
      method: 'POST',
      url: '/api/reviews',
      headers: await as('ann'),
      payload: { movieId: 949, body },
    })
  }
  const { reviews } = (await app.inject('/api/movies/949/reviews')).json()
  assert.deepEqual(
    reviews.map((review: { body: string }) => review.body),
    ['Better the second time.', 'Long.'],
  )
})

test('favourites belong to one user', async () => {
  const headers = await as('ann')
  await app.inject({ method: 'PUT', url: '/api/favorites/movies/949', headers })
  const mine = (await app.inject({ url: '/api/favorites/movies', headers })).json()
  assert.deepEqual(
    mine.movies.map((movie: { title: string }) => movie.title),
    ['Heat'],
  )
  const others = (
    await app.inject({ url: '/api/favorites/movies', headers: await as('ben') })
  ).json()
  assert.deepEqual(others.movies, [])
  await app.inject({ method: 'DELETE', url: '/api/favorites/movies/949', headers })
  const left = (await app.inject({ url: '/api/favorites/movies', headers })).json()
  assert.deepEqual(left.movies, [])
})
