/** Everything that the application takes from its environment, read once at start. */
export interface Config {
  port: number
  database: DatabaseConfig
  tmdb: { baseUrl: string; token: string; minGapMs: number }
  auth: { jwksUrl: string; issuer: string; audience: string }
}

export interface DatabaseConfig {
  host: string
  port: number
  database: string
  user: string
  password: string
  /** RDS insists on TLS since PostgreSQL 15; a database without it is reached only when asked. */
  ssl: 'require' | 'disable'
}

export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    port: Number(env['PORT'] ?? 3000),
    database: databaseConfig(env),
    tmdb: {
      baseUrl: env['TMDB_BASE_URL'] ?? 'https://api.themoviedb.org/3',
      token: required(env, 'TMDB_TOKEN'),
      minGapMs: Number(env['TMDB_SLEEP_SEC'] ?? 0.25) * 1000,
    },
    auth: {
      jwksUrl: required(env, 'JWKS_URL'),
      issuer: required(env, 'JWT_ISSUER'),
      audience: required(env, 'JWT_AUDIENCE'),
    },
  }
}

export function databaseConfig(env: NodeJS.ProcessEnv): DatabaseConfig {
  return {
    host: required(env, 'DB_HOST'),
    port: Number(env['DB_PORT'] ?? 5432),
    database: required(env, 'DB_NAME'),
    user: required(env, 'DB_USER'),
    password: required(env, 'DB_PASS'),
    ssl: env['DB_SSL'] === 'disable' ? 'disable' : 'require',
  }
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set`)
  return value
}
