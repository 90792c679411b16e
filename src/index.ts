/**
 * The words of a `longshore.config.ts`:
 *
 * ```ts
 * import { build, command, http, postgres, service, system } from 'longshore'
 *
 * export default system('shop', () => {
 *   const db = postgres('db', { version: '16', database: 'shop' })
 *   return service('api', {
 *     cpu: 256,
 *     memory: 512,
 *     containers: {
 *       app: { image: build('./api'), ports: { http: 3000 }, uses: [db] },
 *     },
 *     before: { migrate: command(['node', 'migrate.js']) },
 *     expose: [http({ to: 'app:http', health: '/health' })],
 *     scale: { min: 1, max: 4, cpu: 70 },
 *   })
 * })
 * ```
 */
export { alarmTopic, type AlarmTopic, type AlarmTopicOptions } from './system/alarm-topic.ts'
export { cluster, type Cluster, type ClusterOptions } from './system/cluster.ts'
export { command, type CommandOptions, type OneOffCommand } from './system/command.ts'
export type { Binding, ContainerHealthOptions, ContainerOptions } from './system/container.ts'
export {
  type Content,
  type Environment,
  type EnvironmentOptions,
  type Resource,
  system,
  type SystemDefinition,
  type SystemOptions,
  type TransformableTemplate,
} from './system/definition.ts'
export { existing } from './system/existing.ts'
export { http, type HttpExposure, type HttpOptions } from './system/http.ts'
export { build, type BuildOptions, type BuiltImage, type Image } from './system/image.ts'
export {
  loadBalancer,
  type LoadBalancer,
  type LoadBalancerOptions,
} from './system/load-balancer.ts'
export { network, type Network, type NetworkOptions } from './system/network.ts'
export { postgres, type Postgres, type PostgresOptions } from './system/postgres.ts'
export { raw, type RawResource, type RawResourceBody } from './system/raw.ts'
export { secret, type Secret, type SecretKey, type SecretOptions } from './system/secret.ts'
export {
  type PermissionStatement,
  service,
  type Service,
  type ServiceOptions,
} from './system/service.ts'
