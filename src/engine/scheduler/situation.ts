import type { Bounds } from './bounds.ts'
import type { DeploymentView, ServiceView, TaskView } from './service-view.ts'

/** What the parts of the decision share: one service at one moment. */
export interface Situation {
  readonly service: ServiceView
  readonly now: number
  readonly bounds: Bounds
  readonly primary: DeploymentView
  /** Tasks that are meant to run. */
  readonly active: readonly TaskView[]
  /** Active tasks of the newest deployment. */
  readonly mine: readonly TaskView[]
  /** Tasks on their way out. */
  readonly leaving: readonly TaskView[]
}
