/**
 * What a template says about itself under `Metadata.Longshore`: enough to operate the stack without
 * the definition that it came from. Logical ids refer to the same template.
 */
export interface TemplateMetadata {
  readonly system: string
  readonly environment: string
  readonly services: Readonly<Record<string, ServiceMetadata>>
  /** Image parameters of the template, by parameter name. */
  readonly images: Readonly<Record<string, ImageMetadata>>
  /** One-off commands that run before the release takes traffic, by wait condition's logical id. */
  readonly oneOffs: Readonly<Record<string, OneOffMetadata>>
  /** Databases of the definition, by their name in it. */
  readonly databases: Readonly<Record<string, DatabaseMetadata>>
  /** Secrets of the definition, by their name in it. */
  readonly secrets: Readonly<Record<string, SecretMetadata>>
}

export interface ServiceMetadata {
  /** Logical id of the `AWS::ECS::Service`. */
  readonly service: string
  readonly cluster: string
  readonly taskDefinition: string
  /** Container names, the main one (first in the definition) first. */
  readonly containers: readonly string[]
  /** Logical ids of the `AWS::Logs::LogGroup`s. */
  readonly logGroups: readonly string[]
  /** How clients reach it, in the order of the definition. */
  readonly routes: readonly RouteMetadata[]
}

export interface RouteMetadata {
  /** Logical ids of the load balancer and its listener. */
  readonly loadBalancer: string
  readonly listener: string
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'TLS'
  readonly port: number
  readonly path?: string
  readonly host?: string
}

export interface ImageMetadata {
  /** Folder of the build context, from the definition's folder. */
  readonly context: string
  readonly dockerfile: string
  readonly target?: string
  readonly args: Readonly<Record<string, string>>
  readonly platform: 'linux/amd64' | 'linux/arm64'
  /** Name of the ECR repository. */
  readonly repository: string
}

export interface OneOffMetadata {
  readonly name: string
  readonly service: string
  readonly taskDefinition: string
  readonly cluster: string
  /** The container whose exit code counts. */
  readonly container: string
  /** Logical ids or literal ids. */
  readonly subnets: readonly string[]
  readonly securityGroups: readonly string[]
  readonly assignPublicIp: boolean
  /** Logical ids of the log groups that it writes to. */
  readonly logGroups: readonly string[]
  readonly timeoutMinutes: number
}

export interface DatabaseMetadata {
  /** Logical id of the `AWS::RDS::DBInstance`. */
  readonly instance: string
  /** Logical id of the secret with its credentials. */
  readonly secret: string
  /** Name of the first database. */
  readonly database: string
}

export interface SecretMetadata {
  /** Logical id of the `AWS::SecretsManager::Secret`; undefined for one that exists already. */
  readonly secret?: string
  readonly secretId?: string
  /** JSON keys that the definition names; empty for a plain value. */
  readonly keys: readonly string[]
  /** How a generated value is made, for `secrets rotate`. */
  readonly generate?: { readonly key?: string; readonly length: number; readonly hex: boolean }
}
