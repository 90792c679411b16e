import type {
  ListenerModel,
  LoadBalancerModel,
  RuleModel,
  SystemModel,
} from '../../system/system-model.ts'
import { getAtt, given, ref, type Resource, type Resources } from '../cloudformation.ts'
import { loadBalancerIds, routesOut, serviceIds, subnetIds } from '../logical-ids.ts'

/** TLS 1.2 and 1.3 with forward secrecy. */
const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-2-2021-06'

export function loadBalancerResources(balancer: LoadBalancerModel, model: SystemModel): Resources {
  const ids = loadBalancerIds(balancer.name)
  const placement = balancer.internal ? 'private' : 'public'
  const listeners = balancer.listeners.map((listener) => listenerResources(balancer, listener))
  return {
    [ids.loadBalancer]: {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      ...(balancer.internal ? {} : { DependsOn: routesOut(model, 'public') }),
      Properties: given({
        Name: balancer.awsName,
        Type: 'application',
        Scheme: balancer.internal ? 'internal' : 'internet-facing',
        Subnets: subnetIds(model, placement),
        SecurityGroups: [getAtt(ids.securityGroup, 'GroupId')],
        LoadBalancerAttributes: [
          attribute('idle_timeout.timeout_seconds', balancer.idleTimeoutSeconds),
          attribute('deletion_protection.enabled', balancer.deletionProtection),
          attribute('routing.http.drop_invalid_header_fields.enabled', true),
        ],
      }),
    },
    ...Object.assign({}, ...listeners),
  }
}

function listenerResources({ name }: LoadBalancerModel, listener: ListenerModel): Resources {
  const ids = loadBalancerIds(name)
  const id = ids.listener(listener.port)
  const [certificate, ...more] = listener.certificates
  const resources: Record<string, Resource> = {
    [id]: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: given({
        LoadBalancerArn: ref(ids.loadBalancer),
        Port: listener.port,
        Protocol: listener.protocol,
        ...(certificate === undefined
          ? {}
          : { SslPolicy: TLS_POLICY, Certificates: [{ CertificateArn: certificate }] }),
        DefaultActions: [defaultAction(listener)],
      }),
    },
  }
  if (more.length > 0) {
    resources[`${id}Certificates`] = {
      Type: 'AWS::ElasticLoadBalancingV2::ListenerCertificate',
      Properties: {
        ListenerArn: ref(id),
        Certificates: more.map((CertificateArn) => ({ CertificateArn })),
      },
    }
  }
  for (const rule of listener.rules) {
    if (rule.priority !== undefined)
      resources[ids.rule(listener.port, rule.priority)] = ruleOf(id, rule)
  }
  return resources
}

function defaultAction({ redirectToPort, rules }: ListenerModel): object {
  if (redirectToPort !== undefined) {
    return {
      Type: 'redirect',
      RedirectConfig: {
        Protocol: 'HTTPS',
        Port: String(redirectToPort),
        StatusCode: 'HTTP_301',
      },
    }
  }
  const fallback = rules.find(({ priority }) => priority === undefined)
  if (fallback !== undefined) return forward(fallback)
  return {
    Type: 'fixed-response',
    FixedResponseConfig: {
      StatusCode: '404',
      ContentType: 'text/plain',
      MessageBody: 'Not found',
    },
  }
}

function ruleOf(listener: string, rule: RuleModel): Resource {
  const { priority, paths, hosts } = rule
  return {
    Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    Properties: {
      ListenerArn: ref(listener),
      Priority: priority,
      Conditions: [
        ...(hosts.length === 0
          ? []
          : [{ Field: 'host-header', HostHeaderConfig: { Values: hosts } }]),
        ...(paths.length === 0
          ? []
          : [{ Field: 'path-pattern', PathPatternConfig: { Values: paths } }]),
      ],
      Actions: [forward(rule)],
    },
  }
}

function forward({ service, targetGroup }: RuleModel): object {
  return { Type: 'forward', TargetGroupArn: ref(serviceIds(service).targetGroup(targetGroup)) }
}

function attribute(Key: string, value: number | boolean): { Key: string; Value: string } {
  return { Key, Value: String(value) }
}
