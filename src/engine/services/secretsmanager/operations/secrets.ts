import type {
  CreateSecretCommandInput,
  CreateSecretCommandOutput,
  DeleteSecretCommandInput,
  DeleteSecretCommandOutput,
  DescribeSecretCommandInput,
  DescribeSecretCommandOutput,
  RestoreSecretCommandInput,
  UpdateSecretCommandInput,
  UpdateSecretCommandOutput,
} from '@aws-sdk/client-secrets-manager'
import type { Call, OperationTable, Output } from '../../service.ts'
import { describeSecret } from '../describe-secret.ts'
import {
  constraint,
  exists,
  invalidParameter,
  invalidRequest,
  markedForDeletion,
} from '../errors.ts'
import type { SecretRecord } from '../records.ts'
import type { SecretState } from '../secret-state.ts'
import { checkTags, isAwsOwned, owningService } from '../tags.ts'
import { addVersion, valueOf } from '../values.ts'

const NAME = /^[\w/+=.@!-]{1,512}$/
const DAY_MS = 86_400_000
const DEFAULT_WINDOW_DAYS = 30

export function secretOperations(state: SecretState): OperationTable {
  return {
    CreateSecret: (
      input: CreateSecretCommandInput,
      call: Call,
    ): Output<CreateSecretCommandOutput> => createSecret(state, input, call),

    DescribeSecret: (
      input: DescribeSecretCommandInput,
      call: Call,
    ): Output<DescribeSecretCommandOutput> =>
      describeSecret(state.find(call.region, input.SecretId)),

    UpdateSecret: (
      input: UpdateSecretCommandInput,
      call: Call,
    ): Output<UpdateSecretCommandOutput> => {
      const secret = state.live(call.region, input.SecretId)
      const changed: SecretRecord = {
        ...secret,
        description: input.Description ?? secret.description,
        kmsKeyId: input.KmsKeyId ?? secret.kmsKeyId,
        changedAt: state.now(),
      }
      const value = valueOf(input)
      const { arn: ARN, name: Name } = secret
      if (value === undefined) {
        state.put(changed)
        return { ARN, Name }
      }
      const { record, versionId } = addVersion(state, changed, {
        value,
        token: input.ClientRequestToken,
      })
      state.put(record)
      return { ARN, Name, VersionId: versionId }
    },

    DeleteSecret: (
      input: DeleteSecretCommandInput,
      call: Call,
    ): Output<DeleteSecretCommandOutput> => deleteSecret(state, input, call),

    RestoreSecret: (input: RestoreSecretCommandInput, call: Call) => {
      const secret = state.find(call.region, input.SecretId)
      state.put({ ...secret, deletedAt: undefined, deletionAt: undefined })
      return { ARN: secret.arn, Name: secret.name }
    },
  }
}

function createSecret(
  state: SecretState,
  input: CreateSecretCommandInput,
  call: Call,
): Output<CreateSecretCommandOutput> {
  const name = input.Name ?? ''
  if (!NAME.test(name) || (name.includes('!') && !isAwsOwned(call))) {
    throw constraint(
      'name',
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the ' +
        'following: -/_+=.@!',
    )
  }
  const tags = checkTags(input.Tags, call)
  const value = valueOf(input)
  const token = input.ClientRequestToken
  const known = state.byName(call.region, name)
  if (known !== undefined) {
    if (known.deletionAt !== undefined) {
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for " +
          'deletion.',
      )
    }
    const repeated = known.versions.some(({ id }) => id === token)
    if (!repeated || value === undefined) {
      throw exists(`The operation failed because the secret ${name} already exists.`)
    }
    const { versionId } = addVersion(state, known, { value, token })
    return { ARN: known.arn, Name: name, VersionId: versionId }
  }
  const empty: SecretRecord = {
    name,
    region: call.region,
    arn: state.newArn(call.region, name),
    description: input.Description,
    kmsKeyId: input.KmsKeyId,
    createdAt: state.now(),
    changedAt: state.now(),
    accessedAt: undefined,
    deletedAt: undefined,
    deletionAt: undefined,
    tags,
    resourcePolicy: undefined,
    versions: [],
  }
  if (value === undefined) {
    state.put(empty)
    return { ARN: empty.arn, Name: name }
  }
  const { record, versionId } = addVersion(state, empty, { value, token })
  state.put(record)
  return { ARN: record.arn, Name: name, VersionId: versionId }
}

function deleteSecret(
  state: SecretState,
  input: DeleteSecretCommandInput,
  call: Call,
): Output<DeleteSecretCommandOutput> {
  const force = input.ForceDeleteWithoutRecovery === true
  const days = input.RecoveryWindowInDays
  if (force && days !== undefined) {
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    )
  }
  if (days !== undefined && (days < 7 || days > 30)) {
    throw invalidParameter(
      'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    )
  }
  // AWS: a forced deletion of what is not there succeeds.
  const name = input.SecretId ?? ''
  if (force && !name.startsWith('arn:') && state.byName(call.region, name) === undefined) {
    const ARN = state.newArn(call.region, name)
    return { ARN, Name: name, DeletionDate: new Date(state.now()) }
  }
  const secret = state.find(call.region, input.SecretId)
  const owner = owningService(secret)
  if (owner !== undefined && !isAwsOwned(call)) {
    throw invalidRequest(`You can't delete secret ${secret.name} because it's managed by ${owner}.`)
  }
  if (secret.deletionAt !== undefined && !force) throw markedForDeletion()
  const deletionAt = state.now() + (force ? 0 : (days ?? DEFAULT_WINDOW_DAYS) * DAY_MS)
  if (force) state.delete(secret)
  else state.put({ ...secret, deletedAt: state.now(), deletionAt })
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(deletionAt) }
}
