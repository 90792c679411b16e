import type {
  DescribeParametersCommandInput,
  DescribeParametersCommandOutput,
  GetParameterCommandInput,
  GetParameterCommandOutput,
  GetParameterHistoryCommandInput,
  GetParameterHistoryCommandOutput,
  GetParametersByPathCommandInput,
  GetParametersByPathCommandOutput,
  GetParametersCommandInput,
  GetParametersCommandOutput,
} from '@aws-sdk/client-ssm'
import { AwsError } from '../../../aws-error.ts'
import { withState } from './with-state.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { validationException } from '../errors.ts'
import { isUnder, passesFilters } from '../parameter-filters.ts'
import { parameterArn } from '../parameter-name.ts'
import type { ParameterRecord, ParameterVersion } from '../records.ts'
import { currentVersion } from '../records.ts'
import type { SsmState } from '../ssm-state.ts'
import { pageOf } from './page.ts'

const MAX_NAMES = 10

export function readParameterOperations(state: SsmState): OperationTable {
  return withState(state, {
    GetParameter: getParameter,
    GetParameters: getParameters,
    GetParametersByPath: getParametersByPath,
    DescribeParameters: describeParameters,
    GetParameterHistory: getParameterHistory,
  })
}

async function getParameter(
  state: SsmState,
  input: GetParameterCommandInput,
  call: Call,
): Promise<Output<GetParameterCommandOutput>> {
  const isOpen = input.WithDecryption === true
  return { Parameter: state.select(call.region, input.Name ?? '', isOpen) }
}

async function getParameters(
  state: SsmState,
  input: GetParametersCommandInput,
  call: Call,
): Promise<Output<GetParametersCommandOutput>> {
  const names = input.Names ?? []
  if (names.length > MAX_NAMES)
    throw validationException(
      `1 validation error detected: Value at 'names' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${MAX_NAMES}`,
    )
  const Parameters: NonNullable<GetParametersCommandOutput['Parameters']> = []
  const InvalidParameters: string[] = []
  for (const name of new Set(names)) {
    try {
      Parameters.push(state.select(call.region, name, input.WithDecryption === true))
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      InvalidParameters.push(name)
    }
  }
  return { Parameters, InvalidParameters }
}

async function getParametersByPath(
  state: SsmState,
  input: GetParametersByPathCommandInput,
  call: Call,
): Promise<Output<GetParametersByPathCommandOutput>> {
  const path = input.Path ?? ''
  if (!path.startsWith('/'))
    throw validationException(
      "The parameter doesn't meet the parameter name requirements. The parameter name must " +
        'begin with a forward slash "/".',
    )
  const option = input.Recursive === true ? 'Recursive' : 'OneLevel'
  const found = state
    .of(call.region)
    .filter(({ name }) => isUnder(name, path, option))
    .filter((parameter) => passesFilters(parameter, input.ParameterFilters ?? []))
    .toSorted(byName)
  const { items, ...next } = pageOf(found, input.NextToken, input.MaxResults ?? 10)
  const isOpen = input.WithDecryption === true
  return {
    Parameters: items.map((item) => state.view(item, currentVersion(item), isOpen)),
    ...next,
  }
}

async function describeParameters(
  state: SsmState,
  input: DescribeParametersCommandInput,
  call: Call,
): Promise<Output<DescribeParametersCommandOutput>> {
  const filters = [
    ...(input.ParameterFilters ?? []),
    ...(input.Filters ?? []).map(({ Key, Values }) => ({ Key, Values, Option: 'BeginsWith' })),
  ]
  const found = state.of(call.region).filter((item) => passesFilters(item, filters))
  const { items, ...next } = pageOf(found.toSorted(byName), input.NextToken, input.MaxResults ?? 50)
  return {
    Parameters: items.map((item) => ({
      Name: item.name,
      ARN: parameterArn(item.region, state.engine.accountId, item.name),
      ...described(currentVersion(item)),
    })),
    ...next,
  }
}

async function getParameterHistory(
  state: SsmState,
  input: GetParameterHistoryCommandInput,
  call: Call,
): Promise<Output<GetParameterHistoryCommandOutput>> {
  const parameter = state.need(call.region, input.Name)
  const { items, ...next } = pageOf(parameter.versions, input.NextToken, input.MaxResults ?? 50)
  return {
    Parameters: items.map((version) => ({
      Name: parameter.name,
      ...described(version),
      Value: state.value(parameter, version, input.WithDecryption === true),
      Labels: [...version.labels],
    })),
    ...next,
  }
}

function described(version: ParameterVersion) {
  const { keyId, description, allowedPattern } = version
  return {
    Type: version.type,
    ...(keyId === undefined ? {} : { KeyId: keyId }),
    LastModifiedDate: new Date(version.modifiedAt),
    LastModifiedUser: version.modifiedBy,
    ...(description === undefined ? {} : { Description: description }),
    ...(allowedPattern === undefined ? {} : { AllowedPattern: allowedPattern }),
    Version: version.version,
    Tier: version.tier,
    Policies: [],
    DataType: version.dataType,
  }
}

function byName(a: ParameterRecord, b: ParameterRecord): number {
  return a.name < b.name ? -1 : 1
}
