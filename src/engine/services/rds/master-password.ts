import { uuid } from '../../random.ts'
import type { RdsState } from './rds-state.ts'

/** Characters that RDS refuses in a password, and the quote that shells stumble over. */
const EXCLUDED = `/@"'\\ `

/** A password for a secret that RDS manages (AWS: "Password management with Secrets Manager"). */
export async function newPassword(state: RdsState, region: string): Promise<string> {
  const { secretsmanager } = state.context.calls(region)
  const { RandomPassword = '' } = await secretsmanager.getRandomPassword({
    PasswordLength: 28,
    ExcludeCharacters: EXCLUDED,
  })
  return RandomPassword
}

/** Makes the secret of a master user; resolves to its ARN. */
export async function createMasterSecret(
  state: RdsState,
  instance: { region: string; id: string },
  credentials: { username: string; password: string },
): Promise<string> {
  const { secretsmanager } = state.context.calls(instance.region)
  const arn = state.arn(instance.region, 'db', instance.id)
  const { ARN = '' } = await secretsmanager.createSecret({
    Name: `rds!db-${uuid(state.context.random)}`,
    Description: `The secret associated with the primary RDS DB instance: ${arn}`,
    SecretString: JSON.stringify(credentials),
    Tags: [
      { Key: 'aws:secretsmanager:owningService', Value: 'rds' },
      { Key: 'aws:rds:primaryDBInstanceArn', Value: arn },
    ],
  })
  return ARN
}

export async function storeMasterPassword(
  state: RdsState,
  { region, secretArn }: { region: string; secretArn: string },
  credentials: { username: string; password: string },
): Promise<void> {
  const { secretsmanager } = state.context.calls(region)
  const SecretString = JSON.stringify(credentials)
  await secretsmanager.putSecretValue({ SecretId: secretArn, SecretString })
}

export async function deleteMasterSecret(
  state: RdsState,
  { region, secretArn }: { region: string; secretArn: string },
): Promise<void> {
  const { secretsmanager } = state.context.calls(region)
  await secretsmanager.deleteSecret({ SecretId: secretArn, ForceDeleteWithoutRecovery: true })
}
