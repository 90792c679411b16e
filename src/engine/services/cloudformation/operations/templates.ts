import type {
  GetTemplateCommandInput,
  GetTemplateCommandOutput,
  GetTemplateSummaryCommandInput,
  GetTemplateSummaryCommandOutput,
  ValidateTemplateCommandInput,
  ValidateTemplateCommandOutput,
} from '@aws-sdk/client-cloudformation'
import { withState } from './with-state.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import type { CloudformationState } from '../cloudformation-state.ts'
import { noSuchChangeSet } from '../errors.ts'
import { typeCatalogue, typesOf } from '../resources/registry.ts'
import { requiredCapabilities } from '../template/capabilities.ts'
import { checkTemplate } from '../template/check-template.ts'
import { parseTemplate } from '../template/parse-template.ts'
import type { Template } from '../template/template.ts'
import { findChangeSet } from './change-sets.ts'
import { needStack } from './find-stack.ts'
import { templateBody } from './stack-definition.ts'

export function templateOperations(state: CloudformationState): OperationTable {
  return withState(state, {
    GetTemplate: getTemplate,
    GetTemplateSummary: getTemplateSummary,
    ValidateTemplate: validateTemplate,
  })
}

async function getTemplate(
  state: CloudformationState,
  input: GetTemplateCommandInput,
  call: Call,
): Promise<Output<GetTemplateCommandOutput>> {
  const StagesAvailable: GetTemplateCommandOutput['StagesAvailable'] = ['Original', 'Processed']
  if (input.ChangeSetName !== undefined) {
    const found = findChangeSet(state, call.region, input)
    if (found === undefined) throw noSuchChangeSet(input.ChangeSetName)
    return { TemplateBody: found.definition.templateBody, StagesAvailable }
  }
  const stack = needStack(state.records, call.region, input.StackName)
  return { TemplateBody: stack.definition.templateBody, StagesAvailable }
}

async function getTemplateSummary(
  state: CloudformationState,
  input: GetTemplateSummaryCommandInput,
  call: Call,
): Promise<Output<GetTemplateSummaryCommandOutput>> {
  const body =
    input.StackName === undefined
      ? templateBody(input)
      : needStack(state.records, call.region, input.StackName).definition.templateBody
  const template = parseTemplate(body)
  checkTemplate(template, typeCatalogue)
  const capabilities = requiredCapabilities(template)
  return {
    Parameters: Object.entries(template.parameters).map(([ParameterKey, parameter]) => ({
      ParameterKey,
      ParameterType: parameter.type,
      NoEcho: parameter.noEcho,
      ...(parameter.description === undefined ? {} : { Description: parameter.description }),
      ...(parameter.defaultValue === undefined ? {} : { DefaultValue: parameter.defaultValue }),
      ParameterConstraints:
        parameter.allowedValues === undefined
          ? {}
          : { AllowedValues: [...parameter.allowedValues] },
    })),
    ...(template.description === undefined ? {} : { Description: template.description }),
    ...shownCapabilities(capabilities),
    ResourceTypes: typesOf(template),
    ...(template.formatVersion === undefined ? {} : { Version: template.formatVersion }),
    ...(template.metadata === undefined ? {} : { Metadata: JSON.stringify(template.metadata) }),
    ResourceIdentifierSummaries: [],
  }
}

async function validateTemplate(
  _state: CloudformationState,
  input: ValidateTemplateCommandInput,
): Promise<Output<ValidateTemplateCommandOutput>> {
  const template: Template = parseTemplate(templateBody(input))
  checkTemplate(template, typeCatalogue)
  return {
    Parameters: Object.entries(template.parameters).map(([ParameterKey, parameter]) => ({
      ParameterKey,
      NoEcho: parameter.noEcho,
      ...(parameter.description === undefined ? {} : { Description: parameter.description }),
      ...(parameter.defaultValue === undefined ? {} : { DefaultValue: parameter.defaultValue }),
    })),
    ...(template.description === undefined ? {} : { Description: template.description }),
    ...shownCapabilities(requiredCapabilities(template)),
  }
}

function shownCapabilities({ capabilities, reason }: ReturnType<typeof requiredCapabilities>) {
  if (reason === undefined) return {}
  return {
    Capabilities: capabilities as GetTemplateSummaryCommandOutput['Capabilities'],
    CapabilitiesReason: reason,
  }
}
