import type {
  CreateListenerCommandInput,
  CreateListenerCommandOutput,
  DeleteListenerCommandInput,
  DescribeListenersCommandInput,
  DescribeListenersCommandOutput,
  Listener,
  ModifyListenerCommandInput,
  ModifyListenerCommandOutput,
  ProtocolEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { messageOf } from '../../../../base/errors.ts'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { initialAttributes } from '../attributes.ts'
import { checkActions } from '../check-actions.ts'
import { invalidConfiguration, notFound, notInEngine, tooMany, validationError } from '../errors.ts'
import type { LoadBalancing } from '../load-balancing.ts'
import { arnSuffix } from '../names.ts'
import { page } from '../page.ts'
import type { ListenerRecord, LoadBalancerRecord } from '../records.ts'
import { DEFAULT_SSL_POLICY, SSL_POLICIES } from '../ssl-policies.ts'
import { withTags } from '../tags.ts'

/** AWS: "Quotas for your Application Load Balancers". */
const MAX_LISTENERS = 50
const PROTOCOLS: Readonly<Record<string, readonly string[]>> = {
  application: ['HTTP', 'HTTPS'],
  network: ['TCP', 'TLS', 'UDP', 'TCP_UDP'],
}

export function listenerOperations(balancing: LoadBalancing): OperationTable {
  const { state } = balancing
  return {
    CreateListener: async (
      input: CreateListenerCommandInput,
      call: Call,
    ): Promise<Output<CreateListenerCommandOutput>> => {
      const balancer = state.loadBalancer(call.region, input.LoadBalancerArn)
      const record = await create(balancing, balancer, input)
      return { Listeners: [describe(record)] }
    },

    DescribeListeners: (
      input: DescribeListenersCommandInput,
      call: Call,
    ): Output<DescribeListenersCommandOutput> => {
      const { ListenerArns: arns = [], LoadBalancerArn: balancer } = input
      if (arns.length === 0 && balancer === undefined) {
        throw validationError('You must specify either listener ARNs or a load balancer ARN')
      }
      const wanted =
        arns.length > 0
          ? arns.map((arn) => state.listener(call.region, arn))
          : state.listenersOf(state.loadBalancer(call.region, balancer))
      const { items, NextMarker } = page(wanted, input)
      return { Listeners: items.map(describe), NextMarker }
    },

    ModifyListener: async (
      input: ModifyListenerCommandInput,
      call: Call,
    ): Promise<Output<ModifyListenerCommandOutput>> => {
      const record = state.listener(call.region, input.ListenerArn)
      const balancer = state.loadBalancer(call.region, record.loadBalancerArn)
      const changed = await change(balancing, record, { balancer, input })
      return { Listeners: [describe(changed)] }
    },

    DeleteListener: (input: DeleteListenerCommandInput, call: Call) => {
      const record = state.listeners.get(`${call.region}/${input.ListenerArn}`)
      if (record === undefined) throw notFound('Listener')
      balancing.removeListener(record)
      return {}
    },
  }
}

async function create(
  balancing: LoadBalancing,
  balancer: LoadBalancerRecord,
  input: CreateListenerCommandInput,
): Promise<ListenerRecord> {
  const { state, context } = balancing
  const others = state.listenersOf(balancer)
  if (others.length >= MAX_LISTENERS) {
    throw tooMany('Listeners', 'You have reached the limit on the number of listeners')
  }
  const protocol = checkProtocol(balancer, input.Protocol)
  const port = checkPort(input.Port)
  if (others.some((each) => each.port === port)) throw duplicate(balancer)
  const suffix = arnSuffix(context.random)
  const arn = `${balancer.arn.replace(':loadbalancer/', ':listener/')}/${suffix}`
  const tags = withTags({}, input.Tags)
  const defaultActions = checkActions({ state, balancer, protocol }, input.DefaultActions ?? [])
  const record: ListenerRecord = {
    arn,
    region: balancer.region,
    loadBalancerArn: balancer.arn,
    port,
    protocol,
    ...checkTls(protocol, input),
    mutualAuthentication: input.MutualAuthentication,
    defaultActions,
    defaultRuleArn: `${arn.replace(':listener/', ':listener-rule/')}/${arnSuffix(context.random)}`,
    attributes: initialAttributes(isHttp(protocol) ? 'httpListener' : 'tcpListener'),
    tags,
    localPort: undefined,
  }
  try {
    return await balancing.putListener(record)
  } catch (error) {
    balancing.removeListener(record)
    if (error instanceof AwsError) throw error
    throw invalidConfiguration(`The listener cannot listen on this machine: ${messageOf(error)}`)
  }
}

async function change(
  balancing: LoadBalancing,
  record: ListenerRecord,
  { balancer, input }: { balancer: LoadBalancerRecord; input: ModifyListenerCommandInput },
): Promise<ListenerRecord> {
  const { state } = balancing
  const protocol = checkProtocol(balancer, input.Protocol ?? record.protocol)
  const port = checkPort(input.Port ?? record.port)
  const others = state.listenersOf(balancer).filter(({ arn }) => arn !== record.arn)
  if (others.some((each) => each.port === port)) throw duplicate(balancer)
  const tls = checkTls(protocol, {
    Certificates: input.Certificates ?? record.certificates,
    SslPolicy: input.SslPolicy ?? record.sslPolicy,
    AlpnPolicy: input.AlpnPolicy ?? record.alpnPolicy,
  })
  return balancing.putListener({
    ...record,
    protocol,
    port,
    ...tls,
    mutualAuthentication: input.MutualAuthentication ?? record.mutualAuthentication,
    defaultActions:
      input.DefaultActions === undefined
        ? record.defaultActions
        : checkActions({ state, balancer, protocol }, input.DefaultActions),
    // Another port on AWS is another port here.
    localPort: port === record.port ? record.localPort : undefined,
  })
}

function checkProtocol({ type }: LoadBalancerRecord, protocol: string | undefined): ProtocolEnum {
  const allowed = PROTOCOLS[type] ?? []
  if (protocol === undefined || !allowed.includes(protocol)) {
    throw validationError(
      `Listener protocol '${protocol ?? ''}' must be one of '${allowed.join(', ')}'`,
    )
  }
  if (protocol === 'UDP' || protocol === 'TCP_UDP') {
    throw notInEngine(`listeners of protocol ${protocol}`)
  }
  return protocol as ProtocolEnum
}

function checkPort(port: number | undefined): number {
  if (port === undefined || port < 1 || port > 65_535) {
    throw validationError('A port between 1 and 65535 must be specified')
  }
  return port
}

function checkTls(
  protocol: string,
  input: {
    Certificates?: ListenerRecord['certificates'] | undefined
    SslPolicy?: string | undefined
    AlpnPolicy?: readonly string[] | undefined
  },
): Pick<ListenerRecord, 'certificates' | 'sslPolicy' | 'alpnPolicy'> {
  if (protocol !== 'HTTPS' && protocol !== 'TLS') {
    return { certificates: [], sslPolicy: undefined, alpnPolicy: undefined }
  }
  const certificates = input.Certificates ?? []
  if (certificates.length === 0) {
    throw validationError(`A certificate must be specified for ${protocol} listeners`)
  }
  const sslPolicy = input.SslPolicy ?? DEFAULT_SSL_POLICY
  if (!SSL_POLICIES.some(({ Name }) => Name === sslPolicy)) {
    throw new AwsError('SSLPolicyNotFound', `SSL policy '${sslPolicy}' not found`)
  }
  return {
    certificates: certificates.map(({ CertificateArn }) => ({ CertificateArn })),
    sslPolicy,
    alpnPolicy: input.AlpnPolicy,
  }
}

function duplicate({ arn }: LoadBalancerRecord): AwsError {
  return new AwsError(
    'DuplicateListener',
    `A listener already exists on this port for this load balancer '${arn}'`,
  )
}

function isHttp(protocol: string): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS'
}

function describe(record: ListenerRecord): Listener {
  const [certificate] = record.certificates
  return {
    ListenerArn: record.arn,
    LoadBalancerArn: record.loadBalancerArn,
    Port: record.port,
    Protocol: record.protocol,
    ...(certificate === undefined ? {} : { Certificates: [certificate] }),
    ...(record.sslPolicy === undefined ? {} : { SslPolicy: record.sslPolicy }),
    ...(record.alpnPolicy === undefined ? {} : { AlpnPolicy: [...record.alpnPolicy] }),
    ...(record.protocol === 'HTTPS'
      ? { MutualAuthentication: record.mutualAuthentication ?? { Mode: 'off' } }
      : {}),
    DefaultActions: [...record.defaultActions],
  }
}
