import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsError } from '../../aws-error.ts'
import { type ElbState, groupArns } from './elb-state.ts'
import { invalidConfiguration, notInEngine, tooMany, validationError } from './errors.ts'
import type { LoadBalancerRecord } from './records.ts'
import { HTTP_PROTOCOLS } from './target-group-settings.ts'

/** AWS: "Quotas for your Application Load Balancers": target groups an action, and a balancer. */
const MAX_GROUPS_PER_ACTION = 5
const MAX_GROUPS_PER_BALANCER = 100
const MAX_STICKY_SECONDS = 604_800
const MAX_BODY = 1024
const CONTENT_TYPES: readonly string[] = [
  'text/plain',
  'text/css',
  'text/html',
  'application/javascript',
  'application/json',
]

/** What the actions belong to. */
export interface ActionPlace {
  readonly state: ElbState
  readonly balancer: LoadBalancerRecord
  readonly protocol: string
}

/**
 * The actions as they are kept: with an order, and a forward to one group in both of its forms, as
 * AWS returns it. Throws when they are not possible.
 */
export function checkActions(place: ActionPlace, actions: readonly Action[]): Action[] {
  if (actions.length === 0) throw validationError('At least one action must be specified')
  const ordered = actions.map((action, i) => ({ ...action, Order: action.Order ?? i + 1 }))
  if (new Set(ordered.map(({ Order }) => Order)).size < ordered.length) {
    throw invalidAction('Each action must have an order of its own')
  }
  const byOrder = ordered.toSorted((a, b) => a.Order - b.Order)
  byOrder.forEach((action, i) => {
    const last = i === byOrder.length - 1
    if (isFinal(action) !== last) {
      throw invalidAction(
        'The last action must be a forward, redirect or fixed-response action, and no other may be',
      )
    }
  })
  const single = byOrder.length === 1
  return byOrder.map((action) => {
    const checked = checkAction(place, action)
    if (!single) return checked
    // AWS shows the order of one action only where it was given.
    const { Order, ...rest } = checked
    return actions[0]?.Order === undefined ? rest : { ...rest, Order }
  })
}

function isFinal({ Type }: Action): boolean {
  return Type === 'forward' || Type === 'redirect' || Type === 'fixed-response'
}

function checkAction(place: ActionPlace, action: Action): Action {
  const http = HTTP_PROTOCOLS.includes(place.protocol)
  if (!http && action.Type !== 'forward') {
    throw invalidAction(
      `Action type '${action.Type}' is not supported for listeners with the protocol '${place.protocol}'`,
    )
  }
  switch (action.Type) {
    case 'forward':
      return checkForward(place, action)
    case 'redirect':
      return checkRedirect(place, action)
    case 'fixed-response':
      return checkFixedResponse(action)
    default:
      throw notInEngine(`actions of type '${action.Type}'`)
  }
}

function checkForward(place: ActionPlace, action: Action): Action {
  const groups = action.ForwardConfig?.TargetGroups ?? []
  const arns = groupArns(action)
  if (arns.length === 0) throw validationError('A target group ARN must be specified')
  if (arns.length > MAX_GROUPS_PER_ACTION) {
    throw tooMany('TargetGroups', 'An action can forward to up to 5 target groups')
  }
  if (new Set(arns).size < arns.length) {
    throw invalidAction('A target group can be named only once in an action')
  }
  if (action.TargetGroupArn !== undefined && groups.length > 0) {
    if (arns.length > 1 || arns[0] !== action.TargetGroupArn) {
      throw invalidAction(
        'You cannot specify both a target group ARN and a forward config with a different target group',
      )
    }
  }
  for (const arn of arns) checkGroup(place, arn)
  if (groups.some(({ Weight = 1 }) => !(Weight >= 0 && Weight <= 999))) {
    throw validationError('Target group weights must be between 0 and 999')
  }
  const sticky = action.ForwardConfig?.TargetGroupStickinessConfig ?? { Enabled: false }
  const { Enabled = false, DurationSeconds: seconds } = sticky
  if (Enabled && !(seconds !== undefined && seconds >= 1 && seconds <= MAX_STICKY_SECONDS)) {
    throw validationError('Target group stickiness duration must be between 1 and 604800 seconds')
  }
  const tuples = arns.map((arn, i) => ({ TargetGroupArn: arn, Weight: groups[i]?.Weight ?? 1 }))
  return {
    ...action,
    ...(arns.length === 1 ? { TargetGroupArn: arns[0] } : {}),
    ForwardConfig: {
      TargetGroups: tuples,
      TargetGroupStickinessConfig: Enabled ? sticky : { Enabled: false },
    },
  }
}

/** A group must be of the balancer's protocol and VPC, and of no other balancer. */
function checkGroup({ state, balancer, protocol }: ActionPlace, arn: string): void {
  const group = state.targetGroups.get(`${balancer.region}/${arn}`)
  if (group === undefined) {
    throw new AwsError('TargetGroupNotFound', `Target group '${arn}' not found`)
  }
  const groupProtocol = group.settings.Protocol ?? 'HTTP'
  const http = HTTP_PROTOCOLS.includes(protocol)
  if (http !== HTTP_PROTOCOLS.includes(groupProtocol)) {
    throw new AwsError(
      'IncompatibleProtocols',
      `Listener protocol '${protocol}' is not supported with a target group with the protocol '${groupProtocol}'`,
    )
  }
  if (group.settings.VpcId !== balancer.vpcId) {
    throw invalidConfiguration(
      `The target group '${arn}' and the load balancer '${balancer.arn}' are in different VPCs`,
    )
  }
  if (state.balancersUsing(arn).some((user) => user !== balancer.arn)) {
    throw new AwsError(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${arn}`,
    )
  }
  const used = [...state.targetGroups.values()].filter((each) =>
    state.balancersUsing(each.arn).includes(balancer.arn),
  )
  if (used.length >= MAX_GROUPS_PER_BALANCER && !used.some((each) => each.arn === arn)) {
    throw tooMany(
      'UniqueTargetGroupsPerLoadBalancer',
      'You have reached the limit on the number of unique target groups per load balancer',
    )
  }
}

function checkRedirect({ protocol }: ActionPlace, action: Action): Action {
  const to = action.RedirectConfig
  if (to === undefined) throw invalidAction('A redirect configuration must be specified')
  if (to.StatusCode !== 'HTTP_301' && to.StatusCode !== 'HTTP_302') {
    throw validationError(`Redirect status code '${to.StatusCode}' must be HTTP_301 or HTTP_302`)
  }
  const parts = {
    Protocol: to.Protocol ?? '#{protocol}',
    Port: to.Port ?? '#{port}',
    Host: to.Host ?? '#{host}',
    Path: to.Path ?? '/#{path}',
    Query: to.Query ?? '#{query}',
  }
  if (!/^(HTTPS?|#\{protocol\})$/.test(parts.Protocol)) {
    throw validationError(`Redirect protocol '${parts.Protocol}' is not valid`)
  }
  if (protocol === 'HTTPS' && parts.Protocol === 'HTTP') {
    throw invalidAction('You cannot redirect HTTPS to HTTP')
  }
  const port = Number(parts.Port)
  if (parts.Port !== '#{port}' && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
    throw validationError(`Redirect port '${parts.Port}' is not valid`)
  }
  if (!parts.Path.startsWith('/')) throw validationError("The redirect path must start with '/'")
  const same =
    (parts.Protocol === '#{protocol}' || parts.Protocol === protocol) &&
    parts.Port === '#{port}' &&
    parts.Host === '#{host}' &&
    parts.Path === '/#{path}' &&
    parts.Query === '#{query}'
  if (same) {
    throw invalidAction('The redirect configuration is not valid because it creates a loop.')
  }
  return { ...action, RedirectConfig: { ...parts, StatusCode: to.StatusCode } }
}

function checkFixedResponse(action: Action): Action {
  const fixed = action.FixedResponseConfig
  if (fixed === undefined) throw invalidAction('A fixed-response configuration must be specified')
  if (!/^[245]\d\d$/.test(fixed.StatusCode ?? '')) {
    throw validationError(
      `Fixed response status code '${fixed.StatusCode}' must be 2XX, 4XX or 5XX`,
    )
  }
  if (Buffer.byteLength(fixed.MessageBody ?? '') > MAX_BODY) {
    throw validationError('The fixed response message body can have up to 1024 characters')
  }
  const { ContentType: type } = fixed
  if (type !== undefined && !CONTENT_TYPES.includes(type)) {
    throw validationError(`Fixed response content type '${type}' is not supported`)
  }
  return action
}

function invalidAction(message: string): AwsError {
  return new AwsError('InvalidLoadBalancerAction', message)
}
