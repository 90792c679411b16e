import type { DatabaseModel, SystemModel } from '../../system/system-model.ts'
import { getAtt, given, ref, type Resource, type Resources, sub } from '../cloudformation.ts'
import { databaseIds, subnetIds } from '../logical-ids.ts'

const PASSWORD_LENGTH = 32
const POLICIES = { snapshot: 'Snapshot', retain: 'Retain', delete: 'Delete' } as const

/** An RDS instance, its subnets, and its generated password in a secret. */
export function databaseResources(database: DatabaseModel, model: SystemModel): Resources {
  const ids = databaseIds(database.name)
  return {
    [ids.subnetGroup]: {
      Type: 'AWS::RDS::DBSubnetGroup',
      Properties: {
        DBSubnetGroupDescription: `${model.prefix}: database ${database.name}`,
        SubnetIds: subnetIds(model, 'private'),
      },
    },
    [ids.secret]: {
      Type: 'AWS::SecretsManager::Secret',
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: {
        Name: `${model.name}/${model.environment}/${database.name}`,
        Description: `${model.prefix}: credentials of the database ${database.name}`,
        GenerateSecretString: {
          SecretStringTemplate: JSON.stringify({ username: database.username }),
          GenerateStringKey: 'password',
          PasswordLength: PASSWORD_LENGTH,
          ExcludePunctuation: true,
        },
      },
    },
    [ids.instance]: instance(database),
    [ids.secretAttachment]: {
      Type: 'AWS::SecretsManager::SecretTargetAttachment',
      Properties: {
        SecretId: ref(ids.secret),
        TargetId: ref(ids.instance),
        TargetType: 'AWS::RDS::DBInstance',
      },
    },
  }
}

function instance(database: DatabaseModel): Resource {
  const ids = databaseIds(database.name)
  const policy = POLICIES[database.onRemoval]
  return {
    Type: 'AWS::RDS::DBInstance',
    DeletionPolicy: policy,
    UpdateReplacePolicy: policy,
    Properties: given({
      DBInstanceIdentifier: database.awsName,
      DBInstanceClass: database.instance,
      Engine: 'postgres',
      EngineVersion: database.version,
      // An exact version is a wish for that one; a minor upgrade by AWS could not be taken back.
      AutoMinorVersionUpgrade: !database.version.includes('.'),
      AllocatedStorage: String(database.storageGiB),
      MaxAllocatedStorage: database.maxStorageGiB,
      StorageType: 'gp3',
      StorageEncrypted: true,
      DBName: database.database,
      MasterUsername: database.username,
      MasterUserPassword: sub(`{{resolve:secretsmanager:\${${ids.secret}}:SecretString:password}}`),
      Port: String(database.port),
      DBSubnetGroupName: ref(ids.subnetGroup),
      VPCSecurityGroups: [getAtt(ids.securityGroup, 'GroupId')],
      PubliclyAccessible: false,
      MultiAZ: database.multiAz,
      BackupRetentionPeriod: database.backupDays,
      CopyTagsToSnapshot: true,
      DeletionProtection: database.deletionProtection,
    }),
  }
}
