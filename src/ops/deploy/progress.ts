import type { StackEvent } from '@aws-sdk/client-cloudformation'

/** What a deployment tells while it goes on. The view turns it into lines. */
export type Progress =
  | { readonly kind: 'step'; readonly name: string; readonly detail?: string }
  | { readonly kind: 'step-done'; readonly name: string; readonly ms: number }
  | { readonly kind: 'build'; readonly image: string; readonly line: string }
  | {
      readonly kind: 'image'
      readonly image: string
      readonly uri: string
      readonly cached: boolean
    }
  | { readonly kind: 'change'; readonly change: PlannedChange }
  | { readonly kind: 'resource'; readonly event: StackEvent }
  | {
      readonly kind: 'one-off'
      readonly name: string
      readonly taskId: string
      readonly status: string
    }
  | { readonly kind: 'one-off-log'; readonly name: string; readonly line: string }
  | {
      readonly kind: 'task'
      readonly service: string
      readonly taskId: string
      readonly status: string
      readonly detail?: string
    }
  | { readonly kind: 'service-event'; readonly service: string; readonly message: string }

export type OnProgress = (progress: Progress) => void

/** One resource that a change set touches. */
export interface PlannedChange {
  readonly action: 'Add' | 'Modify' | 'Remove' | 'Import' | 'Dynamic' | 'SyncWithActual'
  readonly logicalId: string
  readonly type: string
  readonly replacement: 'True' | 'False' | 'Conditional' | undefined
}

/** Runs `work` as a named step and tells how long it took. */
export async function step<T>(
  onProgress: OnProgress,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now()
  onProgress({ kind: 'step', name })
  const result = await work()
  onProgress({ kind: 'step-done', name, ms: performance.now() - started })
  return result
}
