import type { AccessRequest, Decision } from './evaluate.ts'

/**
 * AWS's words for a request that policies refuse (AWS: "Troubleshoot access denied error
 * messages").
 */
export function accessDeniedMessage(
  principalArn: string,
  { action, resource }: Pick<AccessRequest, 'action' | 'resource'>,
  decision: Decision,
): string {
  const target = resource === '*' ? '' : ` on resource: ${resource}`
  const why =
    decision.result === 'explicitDeny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`
  return `User: ${principalArn} is not authorized to perform: ${action}${target} ${why}`
}
