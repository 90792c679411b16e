import type { EngineContext, Service } from '../service.ts'
import { LogState } from './log-state.ts'
import { eventOperations } from './operations/events.ts'
import { groupOperations } from './operations/groups.ts'
import { settingOperations } from './operations/settings.ts'
import { streamOperations } from './operations/streams.ts'

/** CloudWatch Logs. */
export function createLogs(context: EngineContext): Service {
  const state = new LogState(context)
  return {
    name: 'logs',
    operations: {
      ...groupOperations(state),
      ...streamOperations(state),
      ...eventOperations(state),
      ...settingOperations(state),
    },
  }
}
