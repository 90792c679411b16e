import type { ServiceName } from '../services/service.ts'

export type Protocol = 'json' | 'query' | 'ec2' | 'cbor'

/** How a service's API looks on the wire, beyond its shapes. */
export interface ServiceApi {
  readonly service: ServiceName
  /** Names in the signature's scope that mean this service. */
  readonly signingNames: readonly string[]
  /** The JSON protocol's `X-Amz-Target` prefix. */
  readonly target?: string
  /** 1.0 or 1.1, for the answer's content type. */
  readonly jsonVersion?: '1.0' | '1.1'
  /** The query protocol's version and XML namespace. */
  readonly version?: string
  readonly xmlNamespace?: string
  readonly query?: 'awsQuery' | 'ec2Query'
  /** What to say when a required member is missing. */
  readonly missingMember: string
  /** The client package's exports, which carry the schemas. */
  readonly load: () => Promise<object>
}

const doc = (host: string, version: string): string => `http://${host}/doc/${version}/`

/** Every API that the engine speaks. */
export const SERVICE_APIS: readonly ServiceApi[] = [
  {
    service: 'application-autoscaling',
    signingNames: ['application-autoscaling'],
    target: 'AnyScaleFrontendService',
    jsonVersion: '1.1',
    missingMember: 'ValidationException',
    load: () => import('@aws-sdk/client-application-auto-scaling'),
  },
  {
    service: 'cloudformation',
    signingNames: ['cloudformation'],
    version: '2010-05-15',
    xmlNamespace: doc('cloudformation.amazonaws.com', '2010-05-15'),
    query: 'awsQuery',
    missingMember: 'ValidationError',
    load: () => import('@aws-sdk/client-cloudformation'),
  },
  {
    service: 'cloudwatch',
    signingNames: ['monitoring'],
    target: 'GraniteServiceVersion20100801',
    jsonVersion: '1.0',
    version: '2010-08-01',
    xmlNamespace: doc('monitoring.amazonaws.com', '2010-08-01'),
    query: 'awsQuery',
    missingMember: 'MissingParameter',
    load: () => import('@aws-sdk/client-cloudwatch'),
  },
  {
    service: 'ec2',
    signingNames: ['ec2'],
    version: '2016-11-15',
    xmlNamespace: doc('ec2.amazonaws.com', '2016-11-15'),
    query: 'ec2Query',
    missingMember: 'MissingParameter',
    load: () => import('@aws-sdk/client-ec2'),
  },
  {
    service: 'ecr',
    signingNames: ['ecr'],
    target: 'AmazonEC2ContainerRegistry_V20150921',
    jsonVersion: '1.1',
    missingMember: 'InvalidParameterException',
    load: () => import('@aws-sdk/client-ecr'),
  },
  {
    service: 'ecs',
    signingNames: ['ecs'],
    target: 'AmazonEC2ContainerServiceV20141113',
    jsonVersion: '1.1',
    missingMember: 'InvalidParameterException',
    load: () => import('@aws-sdk/client-ecs'),
  },
  {
    service: 'elbv2',
    signingNames: ['elasticloadbalancing'],
    version: '2015-12-01',
    xmlNamespace: doc('elasticloadbalancing.amazonaws.com', '2015-12-01'),
    query: 'awsQuery',
    missingMember: 'ValidationError',
    load: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  },
  {
    service: 'iam',
    signingNames: ['iam'],
    version: '2010-05-08',
    xmlNamespace: doc('iam.amazonaws.com', '2010-05-08'),
    query: 'awsQuery',
    missingMember: 'ValidationError',
    load: () => import('@aws-sdk/client-iam'),
  },
  {
    service: 'logs',
    signingNames: ['logs'],
    target: 'Logs_20140328',
    jsonVersion: '1.1',
    missingMember: 'InvalidParameterException',
    load: () => import('@aws-sdk/client-cloudwatch-logs'),
  },
  {
    service: 'rds',
    signingNames: ['rds'],
    version: '2014-10-31',
    xmlNamespace: doc('rds.amazonaws.com', '2014-10-31'),
    query: 'awsQuery',
    missingMember: 'MissingParameter',
    load: () => import('@aws-sdk/client-rds'),
  },
  {
    service: 'secretsmanager',
    signingNames: ['secretsmanager'],
    target: 'secretsmanager',
    jsonVersion: '1.1',
    missingMember: 'ValidationException',
    load: () => import('@aws-sdk/client-secrets-manager'),
  },
  {
    service: 'sns',
    signingNames: ['sns'],
    version: '2010-03-31',
    xmlNamespace: doc('sns.amazonaws.com', '2010-03-31'),
    query: 'awsQuery',
    missingMember: 'ValidationError',
    load: () => import('@aws-sdk/client-sns'),
  },
  {
    service: 'ssm',
    signingNames: ['ssm'],
    target: 'AmazonSSM',
    jsonVersion: '1.1',
    missingMember: 'ValidationException',
    load: () => import('@aws-sdk/client-ssm'),
  },
  {
    service: 'sts',
    signingNames: ['sts'],
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    query: 'awsQuery',
    missingMember: 'ValidationError',
    load: () => import('@aws-sdk/client-sts'),
  },
]
