import type {
  AssumeRoleCommandInput,
  AssumeRoleCommandOutput,
  GetSessionTokenCommandInput,
  GetSessionTokenCommandOutput,
} from '@aws-sdk/client-sts'
import { AwsError } from '../../../aws-error.ts'
import type { Collection } from '../../../store/store.ts'
import type { Call, EngineContext, OperationTable, Output } from '../../service.ts'
import type { SessionRecord } from '../records.ts'
import { issueSession } from '../sessions.ts'

const ROLE_ARN = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]{1,64})$/
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/
const HOUR_SECONDS = 3600
const SHORTEST_SECONDS = 900
const LONGEST_ROLE_SECONDS = 12 * HOUR_SECONDS
const LONGEST_TOKEN_SECONDS = 36 * HOUR_SECONDS

/** AWS: "AssumeRole", AWS Security Token Service API Reference. */
export function assumeRoleOperations(
  context: EngineContext,
  sessions: Collection<SessionRecord>,
): OperationTable {
  return {
    AssumeRole: async (
      input: AssumeRoleCommandInput,
      call: Call,
    ): Promise<Output<AssumeRoleCommandOutput>> => {
      const { RoleArn = '', RoleSessionName = '' } = input
      const [, account = '', roleName = ''] = ROLE_ARN.exec(RoleArn) ?? []
      if (roleName === '') throw validation(`${RoleArn} is invalid`)
      if (!SESSION_NAME.test(RoleSessionName)) {
        throw validation(`Value '${RoleSessionName}' at 'roleSessionName' is not well-formed`)
      }
      const durationSeconds = duration(input.DurationSeconds ?? HOUR_SECONDS, LONGEST_ROLE_SECONDS)
      const role = await roleOf(context, call, { roleName, roleArn: RoleArn })
      const arn = `arn:aws:sts::${account}:assumed-role/${roleName}/${RoleSessionName}`
      const session = issueSession(sessions, context, {
        arn,
        userId: `${role.RoleId ?? ''}:${RoleSessionName}`,
        durationSeconds,
      })
      return {
        Credentials: credentialsOf(session),
        AssumedRoleUser: { Arn: arn, AssumedRoleId: session.userId },
      }
    },

    GetSessionToken: (
      input: GetSessionTokenCommandInput,
      call: Call,
    ): Output<GetSessionTokenCommandOutput> => ({
      Credentials: credentialsOf(
        issueSession(sessions, context, {
          arn: call.principalArn,
          userId: call.accountId,
          durationSeconds: duration(
            input.DurationSeconds ?? 12 * HOUR_SECONDS,
            LONGEST_TOKEN_SECONDS,
          ),
        }),
      ),
    }),
  }
}

async function roleOf(
  context: EngineContext,
  call: Call,
  { roleName, roleArn }: { roleName: string; roleArn: string },
) {
  try {
    const { Role } = await context.calls(call.region).iam.getRole({ RoleName: roleName })
    if (Role !== undefined) return Role
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
  }
  // AWS does not say whether the role exists.
  throw new AwsError(
    'AccessDenied',
    `User: ${call.principalArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    { status: 403 },
  )
}

function credentialsOf(session: SessionRecord) {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: new Date(session.expiresAt),
  }
}

function duration(seconds: number, longest: number): number {
  if (seconds >= SHORTEST_SECONDS && seconds <= longest) return seconds
  const bound =
    seconds < SHORTEST_SECONDS
      ? `greater than or equal to ${SHORTEST_SECONDS}`
      : `less than or equal to ${longest}`
  throw validation(
    `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy ` +
      `constraint: Member must have value ${bound}`,
  )
}

function validation(message: string): AwsError {
  return new AwsError('ValidationError', message)
}
