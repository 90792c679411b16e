import type { FastifyInstance } from 'fastify'
import type { Services } from '../app.ts'
import { ensureMovie, favoriteMovies } from '../movies.ts'

const movieId = { type: 'integer', minimum: 1 } as const

/** What a signed-in user thinks of films: ratings, reviews, favourites. */
export function opinionRoutes(app: FastifyInstance, services: Services): void {
  const { db, tmdb, authenticate } = services

  app.post<{ Body: { movieId: number; score: number } }>(
    '/api/ratings',
    { schema: { body: body({ score: { type: 'integer', minimum: 1, maximum: 10 } }) } },
    async (request, reply) => {
      const user = await authenticate(request)
      await ensureMovie(db, tmdb, request.body.movieId)
      await db.query(
        `INSERT INTO ratings (user_id, movie_id, score) VALUES ($1, $2, $3)
         ON CONFLICT (user_id, movie_id) DO UPDATE SET score = $3, rated_at = now()`,
        [user, request.body.movieId, request.body.score],
      )
      return reply.code(201).send(request.body)
    },
  )

  app.post<{ Body: { movieId: number; body: string } }>(
    '/api/reviews',
    { schema: { body: body({ body: { type: 'string', minLength: 1, maxLength: 5000 } }) } },
    async (request, reply) => {
      const user = await authenticate(request)
      await ensureMovie(db, tmdb, request.body.movieId)
      const { rows } = await db.query<{ id: number }>(
        `INSERT INTO reviews (user_id, movie_id, body) VALUES ($1, $2, $3) RETURNING id::int`,
        [user, request.body.movieId, request.body.body],
      )
      return reply.code(201).send({ id: rows[0]?.id, ...request.body })
    },
  )

  app.get('/api/favorites/movies', async (request) => {
    const user = await authenticate(request)
    return { movies: await favoriteMovies(db, user) }
  })

  app.put<{ Params: { id: number } }>(
    '/api/favorites/movies/:id',
    { schema: { params: { type: 'object', properties: { id: movieId } } } },
    async (request, reply) => {
      const user = await authenticate(request)
      await ensureMovie(db, tmdb, request.params.id)
      await db.query(
        'INSERT INTO favorites (user_id, movie_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [user, request.params.id],
      )
      return reply.code(204).send()
    },
  )

  app.delete<{ Params: { id: number } }>(
    '/api/favorites/movies/:id',
    { schema: { params: { type: 'object', properties: { id: movieId } } } },
    async (request, reply) => {
      const user = await authenticate(request)
      await db.query('DELETE FROM favorites WHERE user_id = $1 AND movie_id = $2', [
        user,
        request.params.id,
      ])
      return reply.code(204).send()
    },
  )
}

function body(properties: Record<string, object>): object {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['movieId', ...Object.keys(properties)],
    properties: { movieId, ...properties },
  }
}
