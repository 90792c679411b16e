import type { FastifyInstance } from 'fastify'
import type { Services } from '../app.ts'

/** Passes TMDb's search and trending lists on. */
export function tmdbRoutes(app: FastifyInstance, { tmdb }: Services): void {
  app.get<{ Querystring: { q: string; page: number } }>(
    '/api/tmdb/search/movies',
    {
      schema: {
        querystring: {
          type: 'object',
          required: ['q'],
          properties: {
            q: { type: 'string', minLength: 1, maxLength: 200 },
            page: { type: 'integer', minimum: 1, maximum: 500, default: 1 },
          },
        },
      },
    },
    ({ query }) => tmdb.searchMovies(query.q, query.page),
  )

  app.get('/api/tmdb/trending/movies', () => tmdb.trendingMovies())
}
