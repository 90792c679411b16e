import type { Tag } from '@aws-sdk/client-cloudformation'
import { notSupported, validationError } from '../errors.ts'
import type { StackRecords } from '../execute/stack-records.ts'
import { prepareInstance, resolveSsmParameters } from '../execute/surroundings.ts'
import type { StackDefinition, StackRecord, StackTag } from '../records.ts'
import { typeCatalogue } from '../resources/registry.ts'
import { checkCapabilities } from '../template/capabilities.ts'
import { checkTemplate } from '../template/check-template.ts'
import type { GivenParameter } from '../template/parameters.ts'
import { parameterValues } from '../template/parameters.ts'
import { parseTemplate } from '../template/parse-template.ts'
import type { EngineContext } from '../../service.ts'

/** The members that CreateStack, UpdateStack and CreateChangeSet share. */
export interface DefinitionInput {
  readonly TemplateBody?: string | undefined
  readonly TemplateURL?: string | undefined
  readonly UsePreviousTemplate?: boolean | undefined
  readonly Parameters?: GivenParameter[] | undefined
  readonly Capabilities?: string[] | undefined
  readonly NotificationARNs?: string[] | undefined
  readonly Tags?: Tag[] | undefined
}

type Identity = Pick<StackRecord, 'stackId' | 'stackName' | 'region'>

/** Checks a request's template and parameters and makes of them what a stack is to be. */
export async function stackDefinition(
  engine: EngineContext,
  records: StackRecords,
  stack: Identity,
  given: { input: DefinitionInput; previous: StackDefinition | undefined },
): Promise<StackDefinition> {
  const { input, previous } = given
  const body = templateBody(input, previous)
  const template = parseTemplate(body)
  checkTemplate(template, typeCatalogue)
  const parameters = parameterValues(template, input.Parameters ?? [], previous?.parameters ?? {})
  checkCapabilities(template, input.Capabilities ?? [])
  const definition: StackDefinition = {
    templateBody: body,
    parameters,
    noEcho: Object.keys(parameters).filter((name) => template.parameters[name]?.noEcho === true),
    resolved: await resolveSsmParameters(engine, stack.region, template, parameters),
    tags: input.Tags === undefined ? (previous?.tags ?? []) : stackTags(input.Tags),
    capabilities: input.Capabilities ?? [],
    notificationArns: input.NotificationARNs ?? previous?.notificationArns ?? [],
  }
  // Conditions, circles and references to what conditions exclude show only now.
  await prepareInstance(engine, records, stack, definition)
  return definition
}

/** The template of a request. */
export function templateBody(input: DefinitionInput, previous?: StackDefinition): string {
  if (input.TemplateURL !== undefined) throw notSupported('TemplateURL (there is no Amazon S3)')
  if (input.UsePreviousTemplate === true && previous !== undefined) return previous.templateBody
  if (input.TemplateBody !== undefined && input.TemplateBody !== '') return input.TemplateBody
  throw validationError('Either Template URL or Template Body must be specified.')
}

function stackTags(tags: readonly Tag[]): StackTag[] {
  if (tags.length > 50) throw validationError('Stacks can have at most 50 tags')
  return tags.map(({ Key = '', Value = '' }) => {
    if (Key.startsWith('aws:'))
      throw validationError('Tag keys starting with aws: are reserved for internal use')
    return { Key, Value }
  })
}
