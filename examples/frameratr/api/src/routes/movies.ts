import type { FastifyInstance } from 'fastify'
import type { Services } from '../app.ts'
import { findMovie, listMovies } from '../movies.ts'

const movieId = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'integer', minimum: 1 } },
} as const

/** The catalogue: what somebody here has rated, reviewed or kept. */
export function movieRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<{ Querystring: { limit: number; offset: number } }>(
    '/api/movies',
    {
      schema: {
        querystring: {
          type: 'object',
          properties: {
            limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
            offset: { type: 'integer', minimum: 0, default: 0 },
          },
        },
      },
    },
    async ({ query }) => ({ movies: await listMovies(db, query) }),
  )

  app.get<{ Params: { id: number } }>(
    '/api/movies/:id',
    { schema: { params: movieId } },
    async ({ params }, reply) => {
      const movie = await findMovie(db, params.id)
      if (movie === undefined) return reply.code(404).send({ error: 'no such film here' })
      return movie
    },
  )

  app.get<{ Params: { id: number } }>(
    '/api/movies/:id/reviews',
    { schema: { params: movieId } },
    async ({ params }) => {
      const { rows } = await db.query(
        `SELECT id::int, user_id AS "userId", body, written_at AS "writtenAt"
         FROM reviews WHERE movie_id = $1 ORDER BY written_at DESC, id DESC LIMIT 100`,
        [params.id],
      )
      return { reviews: rows }
    },
  )
}
