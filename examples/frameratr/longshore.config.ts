import {
  alarmTopic,
  build,
  cluster,
  command,
  http,
  loadBalancer,
  network,
  postgres,
  secret,
  service,
  system,
} from 'longshore'

const environments = {
  local: {
    values: {
      tmdb: 'http://localhost:4010/3',
      keySet: 'http://localhost:4010/jwks',
      issuer: 'https://securetoken.google.com/frameratr-local',
      audience: 'frameratr-local',
    },
  },
  dev: {
    region: 'us-east-2',
    values: {
      tmdb: 'https://api.themoviedb.org/3',
      keySet:
        'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
      issuer: 'https://securetoken.google.com/frameratr-dev',
      audience: 'frameratr-dev',
    },
  },
}

export default system('frameratr', { environments }, (env) => {
  const prefix = `frameratr-${env.name}`
  const isLocal = env.name === 'local'

  const db = postgres('db', {
    version: '16.10',
    instance: 'db.t3.micro',
    storageGiB: 20,
    database: 'frameratr',
    username: 'fr_user',
    instanceName: `${prefix}-db`,
  })

  // Set it once: longshore secrets set backend.TMDB_TOKEN. The stand-in takes any token.
  const secrets = secret('backend', {
    keys: ['TMDB_TOKEN'],
    placeholders: isLocal ? { TMDB_TOKEN: 'any' } : {},
  })

  // Here, and only here, TMDb and Firebase's key set are played by a stand-in in the same task.
  const standIn = { 'tmdb-stub': { image: build('./tmdb-stub'), ports: { http: 4010 } } }

  const backend = service('backend', {
    serviceName: `${prefix}-backend-service`,
    cpu: 256,
    memory: 512,
    containers: {
      backend: {
        image: build('./api'),
        ports: { http: 3000 },
        uses: [db],
        environment: {
          PORT: 3000,
          // RDS insists on TLS; this machine's PostgreSQL does not speak it.
          DB_SSL: isLocal ? 'disable' : 'require',
          TMDB_BASE_URL: env.values.tmdb,
          TMDB_SLEEP_SEC: 0.25,
          JWKS_URL: env.values.keySet,
          JWT_ISSUER: env.values.issuer,
          JWT_AUDIENCE: env.values.audience,
        },
        secrets: { TMDB_TOKEN: secrets.key('TMDB_TOKEN') },
      },
      ...(isLocal ? standIn : {}),
    },
    before: { migrate: command(['node', 'src/migrate.ts']) },
    expose: [http({ to: 'backend:http', health: { path: '/health', intervalSeconds: 30 } })],
    scale: { min: 1, max: 4, cpu: 70, memory: 80 },
    logs: { retentionDays: 30 },
    alarms: true,
  })

  return [
    network({
      cidr: '10.0.0.0/16',
      publicSubnets: ['10.0.1.0/24', '10.0.2.0/24'],
      privateSubnets: ['10.0.10.0/24', '10.0.11.0/24'],
    }),
    cluster({ clusterName: `${prefix}-cluster` }),
    loadBalancer('public', { loadBalancerName: `${prefix}-alb` }),
    alarmTopic('alerts'),
    backend,
  ]
})
