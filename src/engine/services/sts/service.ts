import { AwsError } from '../../aws-error.ts'
import type { EngineContext, Service } from '../service.ts'
import { assumeRoleOperations } from './operations/assume-role.ts'
import { identityOperations } from './operations/identity.ts'
import type { SessionRecord } from './records.ts'

export interface StsService extends Service {
  /**
   * The ARN of who signs with these credentials. Temporary ones are known by their session; any
   * other access key is the account's root, since the engine has no long-term keys to know.
   */
  principalOf(credentials: { accessKeyId: string; sessionToken: string | undefined }): string
}

/** AWS Security Token Service: the smallest service here, and the one to copy. */
export function createSts(context: EngineContext): StsService {
  const sessions = context.store.collection<SessionRecord>('sts/sessions')
  return {
    name: 'sts',
    operations: {
      ...identityOperations(context.accountId),
      ...assumeRoleOperations(context, sessions),
    },
    principalOf: ({ accessKeyId, sessionToken }) => {
      if (!accessKeyId.startsWith('ASIA')) return `arn:aws:iam::${context.accountId}:root`
      const session = sessions.get(accessKeyId)
      if (session === undefined || session.sessionToken !== sessionToken) {
        throw new AwsError(
          'InvalidClientTokenId',
          'The security token included in the request is invalid.',
          { status: 403 },
        )
      }
      if (session.expiresAt < context.clock.now()) {
        throw new AwsError(
          'ExpiredTokenException',
          'The security token included in the request is expired',
          { status: 403 },
        )
      }
      return session.principalArn
    },
  }
}
