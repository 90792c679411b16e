import type {
  DescribeAccountLimitsCommandInput,
  DescribeAccountLimitsCommandOutput,
  DescribeSSLPoliciesCommandInput,
  DescribeSSLPoliciesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsError } from '../../../aws-error.ts'
import type { OperationTable, Output } from '../../service.ts'
import { page } from '../page.ts'
import { SSL_POLICIES } from '../ssl-policies.ts'

/** AWS: "Quotas for your Application Load Balancers". */
const LIMITS: Readonly<Record<string, number>> = {
  'application-load-balancers': 50,
  'condition-values-per-alb-rule': 5,
  'condition-wildcards-per-alb-rule': 5,
  'listeners-per-application-load-balancer': 50,
  'listeners-per-network-load-balancer': 50,
  'network-load-balancers': 50,
  'rules-per-application-load-balancer': 100,
  'target-groups': 3000,
  'target-groups-per-action-on-application-load-balancer': 5,
  'target-groups-per-action-on-network-load-balancer': 1,
  'target-groups-per-application-load-balancer': 100,
  'targets-per-application-load-balancer': 1000,
  'targets-per-network-load-balancer': 3000,
  'targets-per-target-group': 1000,
}

export function accountOperations(): OperationTable {
  return {
    DescribeAccountLimits: (
      input: DescribeAccountLimitsCommandInput,
    ): Output<DescribeAccountLimitsCommandOutput> => {
      const limits = Object.entries(LIMITS).map(([Name, Max]) => ({ Name, Max: String(Max) }))
      const { items, NextMarker } = page(limits, input)
      return { Limits: items, NextMarker }
    },

    DescribeSSLPolicies: (
      input: DescribeSSLPoliciesCommandInput,
    ): Output<DescribeSSLPoliciesCommandOutput> => {
      const names = input.Names ?? []
      const unknown = names.find((name) => !SSL_POLICIES.some((each) => each.Name === name))
      if (unknown !== undefined) {
        throw new AwsError('SSLPolicyNotFound', `SSL policy '${unknown}' not found`)
      }
      const wanted = SSL_POLICIES.filter(
        ({ Name = '' }) => names.length === 0 || names.includes(Name),
      )
      const { items, NextMarker } = page(wanted, input)
      return { SslPolicies: items, NextMarker }
    },
  }
}
