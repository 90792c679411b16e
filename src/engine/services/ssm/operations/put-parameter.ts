import type { PutParameterCommandInput, PutParameterCommandOutput } from '@aws-sdk/client-ssm'
import { AwsError } from '../../../aws-error.ts'
import { withState } from './with-state.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { validationException } from '../errors.ts'
import { checkName, parseSelector } from '../parameter-name.ts'
import type { ParameterRecord, ParameterVersion } from '../records.ts'
import { currentVersion } from '../records.ts'
import type { SsmState } from '../ssm-state.ts'

const MAX_VERSIONS = 100
const STANDARD_BYTES = 4096
const ADVANCED_BYTES = 8192

export function putParameterOperations(state: SsmState): OperationTable {
  return withState(state, { PutParameter: putParameter })
}

async function putParameter(
  state: SsmState,
  input: PutParameterCommandInput,
  call: Call,
): Promise<Output<PutParameterCommandOutput>> {
  const { name } = parseSelector(input.Name ?? '')
  checkName(name)
  const existing = state.find(call.region, name)
  if (existing !== undefined) checkOverwrite(input)
  const before = existing === undefined ? undefined : currentVersion(existing)
  const version: ParameterVersion = {
    ...settings(input, before),
    version: (before?.version ?? 0) + 1,
    modifiedAt: state.engine.clock.now(),
    modifiedBy: call.principalArn,
    labels: [],
  }
  checkValue(version)
  const sealed =
    version.type === 'SecureString'
      ? { ...version, value: state.vault.seal(name, version.value) }
      : version
  state.put({
    name,
    region: call.region,
    versions: withoutOldest(existing, [...(existing?.versions ?? []), sealed]),
    tags: existing?.tags ?? (input.Tags ?? []).map(({ Key = '', Value = '' }) => ({ Key, Value })),
  })
  return { Version: sealed.version, Tier: sealed.tier }
}

function checkOverwrite(input: PutParameterCommandInput): void {
  if (input.Overwrite !== true)
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the ' +
        'request to true.',
    )
  if (input.Tags !== undefined && input.Tags.length > 0)
    throw validationException(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with " +
        'tags, please remove overwrite flag. To update tags for an existing parameter, please ' +
        'use AddTagsToResource or RemoveTagsFromResource.',
    )
}

/** What the request says, or else what the version before said. */
function settings(
  input: PutParameterCommandInput,
  before: ParameterVersion | undefined,
): Omit<ParameterVersion, 'version' | 'modifiedAt' | 'modifiedBy' | 'labels'> {
  const type = input.Type ?? before?.type
  if (type === undefined)
    throw validationException('A parameter type is required when you create a parameter.')
  const tier = input.Tier === 'Intelligent-Tiering' ? undefined : input.Tier
  const isLong = Buffer.byteLength(input.Value ?? '') > STANDARD_BYTES
  const chosen = input.Tier === 'Intelligent-Tiering' && isLong ? 'Advanced' : undefined
  if (input.Policies !== undefined && input.Policies !== '' && input.Policies !== '[]')
    throw validationException('Parameter policies are not supported by this engine.')
  return {
    type,
    value: input.Value ?? '',
    description: input.Description ?? before?.description,
    allowedPattern: input.AllowedPattern ?? before?.allowedPattern,
    keyId: type === 'SecureString' ? (input.KeyId ?? before?.keyId ?? 'alias/aws/ssm') : undefined,
    tier: tier ?? chosen ?? before?.tier ?? 'Standard',
    dataType: input.DataType ?? before?.dataType ?? 'text',
  }
}

function checkValue({ value, tier, allowedPattern }: ParameterVersion): void {
  if (value === '')
    throw validationException(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: " +
        'Member must have length greater than or equal to 1',
    )
  const limit = tier === 'Advanced' ? ADVANCED_BYTES : STANDARD_BYTES
  if (Buffer.byteLength(value) > limit)
    throw validationException(
      `${tier} tier parameters support a maximum parameter value of ${limit} characters.`,
    )
  if (allowedPattern !== undefined && !matches(value, allowedPattern))
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${allowedPattern}`,
    )
}

function matches(value: string, pattern: string): boolean {
  try {
    return new RegExp(pattern).test(value)
  } catch {
    throw new AwsError('InvalidAllowedPatternException', `Invalid pattern: ${pattern}`)
  }
}

/** AWS keeps a hundred versions, and does not drop a version that has a label. */
function withoutOldest(
  existing: ParameterRecord | undefined,
  versions: readonly ParameterVersion[],
): readonly ParameterVersion[] {
  if (existing === undefined || versions.length <= MAX_VERSIONS) return versions
  if ((versions[0]?.labels.length ?? 0) > 0)
    throw new AwsError(
      'ParameterMaxVersionLimitExceeded',
      `You attempted to create a new version of ${existing.name} by calling the PutParameter API ` +
        'with the overwrite flag. The oldest version has a label and cannot be deleted.',
    )
  return versions.slice(1)
}
