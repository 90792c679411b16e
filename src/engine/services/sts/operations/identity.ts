import type {
  GetAccessKeyInfoCommandInput,
  GetAccessKeyInfoCommandOutput,
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from '@aws-sdk/client-sts'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'

/** Who calls. */
export function identityOperations(accountId: string): OperationTable {
  return {
    GetCallerIdentity: (
      _input: GetCallerIdentityCommandInput,
      { principalArn }: Call,
    ): Output<GetCallerIdentityCommandOutput> => ({
      Account: accountId,
      Arn: principalArn,
      UserId: userIdOf(principalArn, accountId),
    }),

    GetAccessKeyInfo: (
      input: GetAccessKeyInfoCommandInput,
    ): Output<GetAccessKeyInfoCommandOutput> => {
      if (!/^[A-Z0-9]{16,128}$/.test(input.AccessKeyId ?? '')) {
        throw new AwsError('ValidationError', 'The access key ID is not well-formed.')
      }
      return { Account: accountId }
    },
  }
}

/** An assumed role's user id ends in its session's name; the account's root is the account. */
function userIdOf(principalArn: string, accountId: string): string {
  const [, role, session] = /:assumed-role\/([^/]+)\/(.+)$/.exec(principalArn) ?? []
  return role === undefined ? accountId : `AROA${role.toUpperCase().slice(0, 17)}:${session ?? ''}`
}
