import type {
  AddTagsToResourceCommandInput,
  DeleteParameterCommandInput,
  DeleteParametersCommandInput,
  DeleteParametersCommandOutput,
  LabelParameterVersionCommandInput,
  LabelParameterVersionCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  RemoveTagsFromResourceCommandInput,
  UnlabelParameterVersionCommandInput,
  UnlabelParameterVersionCommandOutput,
} from '@aws-sdk/client-ssm'
import { AwsError } from '../../../aws-error.ts'
import { withState } from './with-state.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import type { ParameterRecord } from '../records.ts'
import { currentVersion } from '../records.ts'
import type { SsmState } from '../ssm-state.ts'

const LABEL = /^(?!aws|ssm)[A-Za-z_.-][\w.-]{0,99}$/i
const MAX_LABELS = 10

export function changeParameterOperations(state: SsmState): OperationTable {
  return withState(state, {
    DeleteParameter: deleteParameter,
    DeleteParameters: deleteParameters,
    LabelParameterVersion: labelParameterVersion,
    UnlabelParameterVersion: unlabelParameterVersion,
    AddTagsToResource: addTagsToResource,
    RemoveTagsFromResource: removeTagsFromResource,
    ListTagsForResource: listTagsForResource,
  })
}

async function deleteParameter(
  state: SsmState,
  input: DeleteParameterCommandInput,
  call: Call,
): Promise<object> {
  state.delete(state.need(call.region, input.Name))
  return {}
}

async function deleteParameters(
  state: SsmState,
  input: DeleteParametersCommandInput,
  call: Call,
): Promise<Output<DeleteParametersCommandOutput>> {
  const DeletedParameters: string[] = []
  const InvalidParameters: string[] = []
  for (const name of input.Names ?? []) {
    const found = state.find(call.region, name)
    if (found === undefined) InvalidParameters.push(name)
    else {
      state.delete(found)
      DeletedParameters.push(name)
    }
  }
  return { DeletedParameters, InvalidParameters }
}

async function labelParameterVersion(
  state: SsmState,
  input: LabelParameterVersionCommandInput,
  call: Call,
): Promise<Output<LabelParameterVersionCommandOutput>> {
  const parameter = state.need(call.region, input.Name)
  const number = input.ParameterVersion ?? currentVersion(parameter).version
  const target = needVersion(parameter, number)
  const labels = input.Labels ?? []
  const valid = labels.filter((label) => LABEL.test(label))
  if (new Set([...target.labels, ...valid]).size > MAX_LABELS)
    throw new AwsError(
      'ParameterVersionLabelLimitExceeded',
      `A parameter version can have a maximum of ${MAX_LABELS} labels.`,
    )
  // A label belongs to one version: giving it to another moves it.
  const versions = parameter.versions.map((version) => {
    const others = version.labels.filter((label) => !valid.includes(label))
    return { ...version, labels: version.version === number ? [...others, ...valid] : others }
  })
  state.put({ ...parameter, versions })
  return {
    InvalidLabels: labels.filter((label) => !valid.includes(label)),
    ParameterVersion: number,
  }
}

async function unlabelParameterVersion(
  state: SsmState,
  input: UnlabelParameterVersionCommandInput,
  call: Call,
): Promise<Output<UnlabelParameterVersionCommandOutput>> {
  const parameter = state.need(call.region, input.Name)
  const target = needVersion(parameter, input.ParameterVersion ?? 0)
  const labels = input.Labels ?? []
  const versions = parameter.versions.map((version) =>
    version === target
      ? { ...version, labels: version.labels.filter((label) => !labels.includes(label)) }
      : version,
  )
  state.put({ ...parameter, versions })
  return {
    RemovedLabels: labels.filter((label) => target.labels.includes(label)),
    InvalidLabels: labels.filter((label) => !target.labels.includes(label)),
  }
}

async function addTagsToResource(
  state: SsmState,
  input: AddTagsToResourceCommandInput,
  call: Call,
) {
  const parameter = tagged(state, call.region, input)
  const added = (input.Tags ?? []).map(({ Key = '', Value = '' }) => ({ Key, Value }))
  const keys = new Set(added.map(({ Key }) => Key))
  const tags = [...parameter.tags.filter(({ Key }) => !keys.has(Key)), ...added]
  if (tags.length > 50)
    throw new AwsError('TooManyTagsError', 'A parameter can have at most 50 tags.')
  state.put({ ...parameter, tags })
  return {}
}

async function removeTagsFromResource(
  state: SsmState,
  input: RemoveTagsFromResourceCommandInput,
  call: Call,
) {
  const parameter = tagged(state, call.region, input)
  const removed = new Set(input.TagKeys)
  state.put({ ...parameter, tags: parameter.tags.filter(({ Key }) => !removed.has(Key)) })
  return {}
}

async function listTagsForResource(
  state: SsmState,
  input: ListTagsForResourceCommandInput,
  call: Call,
): Promise<Output<ListTagsForResourceCommandOutput>> {
  return { TagList: [...tagged(state, call.region, input).tags] }
}

function needVersion(parameter: ParameterRecord, version: number) {
  const found = parameter.versions.find((item) => item.version === version)
  if (found === undefined)
    throw new AwsError(
      'ParameterVersionNotFound',
      `Systems Manager could not find version ${version} of ${parameter.name}. ` +
        'Verify the version and try again.',
    )
  return found
}

function tagged(
  state: SsmState,
  region: string,
  input: { ResourceType?: string | undefined; ResourceId?: string | undefined },
): ParameterRecord {
  if (input.ResourceType !== 'Parameter')
    throw new AwsError('InvalidResourceType', 'This engine has resources of type Parameter only.')
  const found = state.find(region, input.ResourceId ?? '')
  if (found === undefined)
    throw new AwsError(
      'InvalidResourceId',
      'The resource ID is not valid. Verify that you entered the correct ID and try again.',
    )
  return found
}
