import { buildApp } from './app.ts'
import { jwtAuthenticator, remoteKeys } from './auth.ts'
import { readConfig } from './config.ts'
import { openPool } from './database.ts'
import { tmdbClient } from './tmdb.ts'

const config = readConfig(process.env)
const db = openPool(config.database)
const app = buildApp(
  {
    db,
    tmdb: tmdbClient(config.tmdb),
    authenticate: jwtAuthenticator(config.auth, remoteKeys(config.auth.jwksUrl)),
  },
  { logger: true },
)

// The load balancer has stopped sending by the time that SIGTERM comes; finish what is under way.
process.once('SIGTERM', () => {
  void app
    .close()
    .then(() => db.end())
    .then(() => process.exit(0))
})

await app.listen({ host: '0.0.0.0', port: config.port })
