import type {
  BatchGetSecretValueCommandInput,
  BatchGetSecretValueCommandOutput,
  GetRandomPasswordCommandInput,
  GetRandomPasswordCommandOutput,
  GetSecretValueCommandInput,
  GetSecretValueCommandOutput,
  PutSecretValueCommandInput,
  PutSecretValueCommandOutput,
} from '@aws-sdk/client-secrets-manager'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { invalidParameter, invalidRequest, valueNotFound } from '../errors.ts'
import { page } from '../page.ts'
import { randomPassword } from '../random-password.ts'
import { CURRENT, type SecretRecord, type VersionRecord } from '../records.ts'
import { matchesFilters } from '../secret-filters.ts'
import type { SecretState } from '../secret-state.ts'
import { addVersion, open, valueOf } from '../values.ts'

export function valueOperations(state: SecretState): OperationTable {
  return {
    GetSecretValue: (
      input: GetSecretValueCommandInput,
      call: Call,
    ): Output<GetSecretValueCommandOutput> => getValue(state, input, call.region),

    BatchGetSecretValue: (
      input: BatchGetSecretValueCommandInput,
      call: Call,
    ): Output<BatchGetSecretValueCommandOutput> => batchGet(state, input, call.region),

    PutSecretValue: (
      input: PutSecretValueCommandInput,
      call: Call,
    ): Output<PutSecretValueCommandOutput> => {
      const secret = state.live(call.region, input.SecretId)
      const value = valueOf(input)
      if (value === undefined) {
        throw invalidRequest('You must provide either SecretString or SecretBinary.')
      }
      const { record, versionId } = addVersion(state, secret, {
        value,
        token: input.ClientRequestToken,
        stages: input.VersionStages,
      })
      state.put(record)
      const version = record.versions.find(({ id }) => id === versionId)
      return {
        ARN: record.arn,
        Name: record.name,
        VersionId: versionId,
        VersionStages: [...(version?.stages ?? [])],
      }
    },

    GetRandomPassword: (
      input: GetRandomPasswordCommandInput,
    ): Output<GetRandomPasswordCommandOutput> => ({
      RandomPassword: randomPassword(state.context.random, input),
    }),
  }
}

function getValue(
  state: SecretState,
  input: GetSecretValueCommandInput,
  region: string,
): Output<GetSecretValueCommandOutput> {
  const secret = state.live(region, input.SecretId)
  const version = versionOf(secret, input)
  const value = open(state, secret, version)
  noteAccess(state, secret, version)
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    VersionStages: [...version.stages],
    CreatedDate: new Date(version.createdAt),
    ...(value.kind === 'string' ? { SecretString: value.text } : { SecretBinary: value.bytes }),
  }
}

function versionOf(
  secret: SecretRecord,
  { VersionId, VersionStage }: GetSecretValueCommandInput,
): VersionRecord {
  if (VersionId === undefined) {
    const label = VersionStage ?? CURRENT
    const staged = secret.versions.find(({ stages }) => stages.includes(label))
    if (staged === undefined) throw valueNotFound(`staging label: ${label}`)
    return staged
  }
  const version = secret.versions.find(({ id }) => id === VersionId)
  if (version === undefined) throw valueNotFound(`VersionId: ${VersionId}`)
  if (VersionStage !== undefined && !version.stages.includes(VersionStage)) {
    throw invalidRequest(
      'You provided a VersionStage that is not associated to the provided VersionId.',
    )
  }
  return version
}

/** AWS tells the day of the last access, so one write a day is enough. */
function noteAccess(state: SecretState, secret: SecretRecord, version: VersionRecord): void {
  const now = state.now()
  const day = (time: number | undefined) => Math.floor((time ?? 0) / 86_400_000)
  if (day(secret.accessedAt) === day(now) && day(version.accessedAt) === day(now)) return
  const versions = secret.versions.map((other) =>
    other === version ? { ...other, accessedAt: now } : other,
  )
  state.put({ ...secret, versions, accessedAt: now })
}

function batchGet(
  state: SecretState,
  input: BatchGetSecretValueCommandInput,
  region: string,
): Output<BatchGetSecretValueCommandOutput> {
  const { SecretIdList: ids, Filters: filters } = input
  if ((ids === undefined) === (filters === undefined)) {
    throw invalidParameter("Either 'SecretIdList' or 'Filters' must be provided, but not both.")
  }
  const wanted =
    ids ??
    state
      .list(region)
      .filter((secret) => secret.deletionAt === undefined && matchesFilters(secret, filters ?? []))
      .map(({ arn }) => arn)
  const { items, nextToken } = page(wanted, input.NextToken, input.MaxResults ?? 20)
  const result: Required<Pick<BatchGetSecretValueCommandOutput, 'SecretValues' | 'Errors'>> = {
    SecretValues: [],
    Errors: [],
  }
  for (const SecretId of items) {
    try {
      result.SecretValues?.push(getValue(state, { SecretId }, region))
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      result.Errors?.push({ SecretId, ErrorCode: error.code, Message: error.message })
    }
  }
  return { ...result, NextToken: nextToken }
}
