import { publishOperations } from './operations/publish.ts'
import { subscriptionOperations } from './operations/subscriptions.ts'
import { topicOperations } from './operations/topics.ts'
import { SnsState } from './sns-state.ts'
import type { EngineContext, Service } from '../service.ts'

/** Amazon Simple Notification Service, with a mailbox of files for e-mail. */
export function createSns(context: EngineContext): Service {
  const state = new SnsState(context)
  return {
    name: 'sns',
    operations: {
      ...topicOperations(state),
      ...subscriptionOperations(state),
      ...publishOperations(state),
    },
    stop: async () => state.stop(),
  }
}
