import type { SecretModel } from '../../system/system-model.ts'
import { given, type Properties, type Resources } from '../cloudformation.ts'
import { secretId } from '../logical-ids.ts'

const NOT_HEX = 'ghijklmnopqrstuvwxyz'

/**
 * The value stands in the template only as it is first written. CloudFormation writes again when
 * these properties change, and at no other time: what a person set later stays.
 */
export function secretResources(secret: SecretModel): Resources {
  return {
    [secretId(secret.name)]: {
      Type: 'AWS::SecretsManager::Secret',
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: given({
        Name: secret.awsName,
        Description: secret.description,
        KmsKeyId: secret.kmsKey,
        ...firstValue(secret),
      }),
    },
  }
}

function firstValue({ values, generate }: SecretModel): Properties {
  if (generate === undefined) {
    return values === undefined ? {} : { SecretString: JSON.stringify(values) }
  }
  return {
    GenerateSecretString: given({
      SecretStringTemplate: generate.key && JSON.stringify(values ?? {}),
      GenerateStringKey: generate.key,
      PasswordLength: generate.length,
      ExcludePunctuation: true,
      ...(generate.as === 'hex' ? HEX : {}),
    }),
  }
}

/** Secrets Manager knows no hexadecimal digits; what is not one can be excluded. */
const HEX = { ExcludeUppercase: true, ExcludeCharacters: NOT_HEX, RequireEachIncludedType: false }
