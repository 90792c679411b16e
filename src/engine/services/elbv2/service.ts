import type { EngineContext, Service } from '../service.ts'
import { LoadBalancing } from './load-balancing.ts'
import { accountOperations } from './operations/account.ts'
import { listenerSettingOperations } from './operations/listener-settings.ts'
import { listenerOperations } from './operations/listeners.ts'
import { loadBalancerSettingOperations } from './operations/load-balancer-settings.ts'
import { loadBalancerOperations } from './operations/load-balancers.ts'
import { ruleOperations } from './operations/rules.ts'
import { tagOperations } from './operations/tags.ts'
import { targetGroupOperations } from './operations/target-groups.ts'
import { targetOperations } from './operations/targets.ts'

/** Elastic Load Balancing, version 2. Its load balancers run while the service is started. */
export function createElbv2(context: EngineContext): Service {
  const balancing = new LoadBalancing(context)
  return {
    name: 'elbv2',
    operations: {
      ...loadBalancerOperations(balancing),
      ...loadBalancerSettingOperations(balancing),
      ...targetGroupOperations(balancing),
      ...targetOperations(balancing),
      ...listenerOperations(balancing),
      ...listenerSettingOperations(balancing),
      ...ruleOperations(balancing),
      ...tagOperations(balancing),
      ...accountOperations(),
    },
    start: () => balancing.start(),
    stop: async () => balancing.stop(),
  }
}
