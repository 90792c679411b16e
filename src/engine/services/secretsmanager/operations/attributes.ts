import type {
  DeleteResourcePolicyCommandInput,
  GetResourcePolicyCommandInput,
  GetResourcePolicyCommandOutput,
  PutResourcePolicyCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
  ValidateResourcePolicyCommandInput,
  ValidateResourcePolicyCommandOutput,
} from '@aws-sdk/client-secrets-manager'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { isPublic, policyProblem } from '../resource-policy.ts'
import type { SecretState } from '../secret-state.ts'
import { checkTags, tagList } from '../tags.ts'

/** Tags and resource policies. */
export function attributeOperations(state: SecretState): OperationTable {
  return {
    TagResource: (input: TagResourceCommandInput, call: Call) => {
      const secret = state.live(call.region, input.SecretId)
      // The secret's own tags are checked only for their number: the engine may have set some.
      const added = checkTags(input.Tags, call)
      const tags = { ...secret.tags, ...added }
      checkTags(tagList(tags), { ...call, principalArn: 'arn:aws:iam::aws:' })
      state.put({ ...secret, tags })
      return {}
    },

    UntagResource: (input: UntagResourceCommandInput, call: Call) => {
      const secret = state.live(call.region, input.SecretId)
      const removed = new Set(input.TagKeys)
      const tags = Object.fromEntries(
        Object.entries(secret.tags).filter(([key]) => key.startsWith('aws:') || !removed.has(key)),
      )
      state.put({ ...secret, tags })
      return {}
    },

    GetResourcePolicy: (
      input: GetResourcePolicyCommandInput,
      call: Call,
    ): Output<GetResourcePolicyCommandOutput> => {
      const secret = state.live(call.region, input.SecretId)
      return { ARN: secret.arn, Name: secret.name, ResourcePolicy: secret.resourcePolicy }
    },

    PutResourcePolicy: (input: PutResourcePolicyCommandInput, call: Call) => {
      const secret = state.live(call.region, input.SecretId)
      const policy = input.ResourcePolicy ?? ''
      const problem = policyProblem(policy)
      if (problem !== undefined) {
        throw new AwsError('MalformedPolicyDocumentException', problem)
      }
      if (input.BlockPublicPolicy === true && isPublic(policy)) {
        throw new AwsError(
          'PublicPolicyException',
          'The resource policy grants broad access to the secret.',
        )
      }
      state.put({ ...secret, resourcePolicy: policy })
      return { ARN: secret.arn, Name: secret.name }
    },

    DeleteResourcePolicy: (input: DeleteResourcePolicyCommandInput, call: Call) => {
      const secret = state.live(call.region, input.SecretId)
      state.put({ ...secret, resourcePolicy: undefined })
      return { ARN: secret.arn, Name: secret.name }
    },

    ValidateResourcePolicy: (
      input: ValidateResourcePolicyCommandInput,
    ): Output<ValidateResourcePolicyCommandOutput> => {
      const policy = input.ResourcePolicy ?? ''
      const problem = policyProblem(policy)
      if (problem !== undefined) {
        throw new AwsError('MalformedPolicyDocumentException', problem)
      }
      if (!isPublic(policy)) return { PolicyValidationPassed: true, ValidationErrors: [] }
      const ErrorMessage = 'The resource policy grants broad access to the secret.'
      return {
        PolicyValidationPassed: false,
        ValidationErrors: [{ CheckName: 'PublicPolicy', ErrorMessage }],
      }
    },
  }
}
