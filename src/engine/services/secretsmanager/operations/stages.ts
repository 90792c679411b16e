import type {
  CancelRotateSecretCommandInput,
  RotateSecretCommandInput,
  RotateSecretCommandOutput,
  UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { invalidParameter, invalidRequest, valueNotFound } from '../errors.ts'
import { CURRENT, type SecretRecord } from '../records.ts'
import type { SecretState } from '../secret-state.ts'
import { owningService } from '../tags.ts'
import { stage, unstage } from '../versions.ts'

export function stageOperations(state: SecretState): OperationTable {
  return {
    UpdateSecretVersionStage: (input: UpdateSecretVersionStageCommandInput, call: Call) => {
      const secret = state.live(call.region, input.SecretId)
      state.put({ ...secret, versions: moveStage(secret, input), changedAt: state.now() })
      return { ARN: secret.arn, Name: secret.name }
    },

    RotateSecret: async (
      input: RotateSecretCommandInput,
      call: Call,
    ): Promise<Output<RotateSecretCommandOutput>> => {
      const secret = state.live(call.region, input.SecretId)
      if (owningService(secret) === 'rds') await rotateInRds(state, secret)
      else refuseRotation(input)
      const current = state
        .live(call.region, secret.arn)
        .versions.find(({ stages }) => stages.includes(CURRENT))
      return { ARN: secret.arn, Name: secret.name, VersionId: current?.id }
    },

    CancelRotateSecret: (input: CancelRotateSecretCommandInput, call: Call) => {
      const secret = state.live(call.region, input.SecretId)
      return { ARN: secret.arn, Name: secret.name }
    },
  }
}

/** There are no functions here to rotate with, so AWS's words for a function that cannot be used. */
function refuseRotation(input: RotateSecretCommandInput): never {
  if (input.RotationLambdaARN === undefined) {
    throw invalidRequest('No Lambda rotation function ARN is associated with this secret.')
  }
  throw new AwsError(
    'AccessDeniedException',
    'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy ' +
      'grants access to the principal secretsmanager.amazonaws.com.',
  )
}

/** AWS: "Managed rotation": the owning service changes the password and stores it. */
async function rotateInRds(state: SecretState, secret: SecretRecord): Promise<void> {
  const arn = secret.tags['aws:rds:primaryDBInstanceArn'] ?? ''
  await state.context.calls(secret.region).rds.modifyDBInstance({
    DBInstanceIdentifier: arn.slice(arn.lastIndexOf(':') + 1),
    RotateMasterUserPassword: true,
    ApplyImmediately: true,
  })
}

function moveStage(secret: SecretRecord, input: UpdateSecretVersionStageCommandInput) {
  const { VersionStage: label = '', RemoveFromVersionId: from, MoveToVersionId: to } = input
  for (const id of [from, to]) {
    if (id !== undefined && !secret.versions.some((version) => version.id === id)) {
      throw valueNotFound(`VersionId: ${id}`)
    }
  }
  const bearer = secret.versions.find(({ stages }) => stages.includes(label))
  if (from !== undefined && bearer?.id !== from) {
    throw invalidParameter(`Staging label ${label} is not attached to version ${from}.`)
  }
  if (bearer !== undefined && from === undefined && bearer.id !== to) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently ` +
        `attached to version ${bearer.id}, so you must explicitly reference that version in ` +
        'RemoveFromVersionId.',
    )
  }
  if (to !== undefined) return stage(secret.versions, to, [label])
  if (label === CURRENT) {
    throw invalidParameter(
      `You can only move staging label ${CURRENT} to a different secret version. It can’t be ` +
        'completely removed.',
    )
  }
  return unstage(secret.versions, label)
}
