import { fastify, type FastifyInstance, LogController } from 'fastify'
import type { Authenticate } from './auth.ts'
import type { Database } from './database.ts'
import { movieRoutes } from './routes/movies.ts'
import { opinionRoutes } from './routes/opinions.ts'
import { tmdbRoutes } from './routes/tmdb.ts'
import type { Tmdb } from './tmdb.ts'

/** What the routes stand on. */
export interface Services {
  db: Database
  tmdb: Tmdb
  authenticate: Authenticate
}

export function buildApp(services: Services, options: { logger: boolean }): FastifyInstance {
  const app = fastify({
    logger: options.logger,
    trustProxy: true,
    logController: new LogController({
      disableRequestLogging: ({ url }) => url === '/health',
    }),
  })
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) request.log.error(error)
    return reply.code(status).send({ error: status === 500 ? 'internal error' : error.message })
  })

  app.get('/health', () => ({ ok: true }))
  tmdbRoutes(app, services)
  movieRoutes(app, services)
  opinionRoutes(app, services)
  return app
}
