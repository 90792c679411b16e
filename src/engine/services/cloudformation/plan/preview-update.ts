import type { ResourceChange } from '@aws-sdk/client-cloudformation'
import { previewChanges } from './preview-changes.ts'
import type { StackRecords } from '../execute/stack-records.ts'
import { prepareInstance } from '../execute/surroundings.ts'
import type { StackDefinition, StackRecord } from '../records.ts'
import { resourceHandlers } from '../resources/registry.ts'
import { parseTemplate } from '../template/parse-template.ts'
import { sameValue } from '../template/value.ts'
import type { EngineContext } from '../../service.ts'

export interface UpdatePreview {
  readonly changes: readonly ResourceChange[]
  /** Whether something differs that is no resource: outputs, tags, notification topics. */
  readonly isOtherwiseChanged: boolean
}

/** What bringing a stack to a definition would change. */
export async function previewUpdate(
  engine: EngineContext,
  records: StackRecords,
  { stack, definition }: { stack: StackRecord; definition: StackDefinition },
): Promise<UpdatePreview> {
  const prepared = await prepareInstance(engine, records, stack, definition)
  const isNew = stack.definition.templateBody === ''
  const old = isNew ? undefined : parseTemplate(stack.definition.templateBody)
  const changes = previewChanges({
    stack,
    tags: definition.tags,
    instance: prepared,
    resources: new Map(
      records.resources.of(stack.stackId).map((record) => [record.logicalId, record]),
    ),
    oldTemplate: old,
    handlers: resourceHandlers,
  })
  return {
    changes,
    isOtherwiseChanged:
      isNew ||
      !sameValue(old?.outputs, prepared.template.outputs) ||
      !sameValue(stack.definition.tags, definition.tags) ||
      !sameValue(stack.definition.notificationArns, definition.notificationArns),
  }
}

export function hasUpdates({ changes, isOtherwiseChanged }: UpdatePreview): boolean {
  return changes.length > 0 || isOtherwiseChanged
}
