import type { ModifyDBInstanceCommandInput } from '@aws-sdk/client-rds'
import type { Call, OperationTable } from '../../service.ts'
import { checkPassword, checkPort, checkStorage } from '../checks.ts'
import { describeInstance } from '../describe-instance.ts'
import { familyOf, installedVersion, resolveVersion } from '../engine-versions.ts'
import { invalidCombination, invalidState, invalidValue } from '../errors.ts'
import type { InstanceController } from '../instance-controller.ts'
import { createMasterSecret, deleteMasterSecret, newPassword } from '../master-password.ts'
import { storeMasterPassword } from '../master-password.ts'
import { checkClass, checkGroups, checkParameterGroup } from '../new-instance.ts'
import { scramVerifier } from '../postgres/scram.ts'
import type { RdsState } from '../rds-state.ts'
import type { InstanceRecord, InstanceSettings, PendingValues } from '../records.ts'

export function modifyInstanceOperations(
  state: RdsState,
  controller: InstanceController,
): OperationTable {
  return {
    ModifyDBInstance: async (input: ModifyDBInstanceCommandInput, call: Call) => {
      const before = state.instance(call.region, input.DBInstanceIdentifier)
      checkModification(before, input)
      const installed = await installedVersion(controller.databases)
      const governed = governedValues(before, input, installed)
      const groupIds =
        input.VpcSecurityGroupIds === undefined
          ? before.groupIds
          : await checkGroups(state, call.region, {
              groupIds: input.VpcSecurityGroupIds,
              vpcId: before.vpcId,
            })
      const parameterGroup =
        input.DBParameterGroupName === undefined
          ? before.parameterGroup
          : checkParameterGroup(state, call.region, {
              name: input.DBParameterGroupName,
              family: familyOf(before.engineVersion),
            })
      const master = await masterOf(state, before, input)
      const changes: Partial<InstanceRecord> = {
        ...master.changes,
        status: 'modifying',
        groupIds,
        parameterGroup,
        pendingReboot: before.pendingReboot || parameterGroup !== before.parameterGroup,
        port: checkPort(input.DBPortNumber ?? before.port),
        ...takenValues(before, input, governed),
      }
      const record = state.update(before, changes) ?? before
      const work = controller.modify(record, async (cluster) => {
        if (groupIds !== before.groupIds) await moveGroups(state, record)
        if (master.password === undefined) return
        await cluster.setPassword(record.masterUser, scramVerifier(master.password))
      })
      // Who rotates a password reads the new one next.
      if (input.RotateMasterUserPassword === true) await work
      return { DBInstance: describeInstance(state, record) }
    },
  }
}

function checkModification(record: InstanceRecord, input: ModifyDBInstanceCommandInput): void {
  if (record.status !== 'available') {
    throw invalidState(`Instance ${record.id} is not in available state.`)
  }
  if (input.NewDBInstanceIdentifier !== undefined) {
    throw invalidCombination('The engine does not rename DB instances.')
  }
  const { DBSubnetGroupName: group } = input
  if (group !== undefined && group.toLowerCase() !== record.subnetGroup) {
    throw invalidCombination('The engine does not move DB instances to another subnet group.')
  }
}

/** What waits for the maintenance window unless ApplyImmediately is set. */
function governedValues(
  record: InstanceRecord,
  input: ModifyDBInstanceCommandInput,
  installed: string,
): Partial<PendingValues> {
  const storageGiB = input.AllocatedStorage
  if (storageGiB !== undefined && storageGiB < record.storageGiB) {
    throw invalidValue(
      `Invalid storage size for engine name postgres and storage type ` +
        `${record.settings.storageType}: ${storageGiB}`,
    )
  }
  const version =
    input.EngineVersion === undefined ? undefined : resolveVersion(input.EngineVersion, installed)
  return defined({
    instanceClass:
      input.DBInstanceClass === undefined
        ? undefined
        : checkClass(input.DBInstanceClass, record.engineVersion),
    storageGiB:
      storageGiB === undefined ? undefined : checkStorage(storageGiB, record.settings.storageType),
    // "16" is what a record with any 16.x has already.
    engineVersion: input.EngineVersion?.includes('.') === true ? version : undefined,
    multiAz: input.MultiAZ,
  })
}

/** What takes effect now: everything, also what waited; or only what never waits. */
function takenValues(
  record: InstanceRecord,
  input: ModifyDBInstanceCommandInput,
  values: Partial<PendingValues>,
): Partial<InstanceRecord> {
  const settings = settingsOf(record.settings, input)
  if (input.ApplyImmediately !== true) {
    return { settings, pending: { ...record.pending, ...values } }
  }
  const { multiAz = settings.multiAz, ...rest } = { ...record.pending, ...values }
  return { ...rest, settings: { ...settings, multiAz }, pending: {} }
}

/** The members that have a value. */
function defined<T extends object>(values: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>
}

function settingsOf(
  before: InstanceSettings,
  input: ModifyDBInstanceCommandInput,
): InstanceSettings {
  const changed = defined<InstanceSettings>({
    backupRetentionDays: input.BackupRetentionPeriod,
    backupWindow: input.PreferredBackupWindow,
    maintenanceWindow: input.PreferredMaintenanceWindow,
    multiAz: undefined,
    autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade,
    storageType: input.StorageType,
    iops: input.Iops,
    storageThroughput: input.StorageThroughput,
    maxStorageGiB: input.MaxAllocatedStorage,
    storageEncrypted: undefined,
    kmsKeyId: undefined,
    publiclyAccessible: input.PubliclyAccessible,
    copyTagsToSnapshot: input.CopyTagsToSnapshot,
    deletionProtection: input.DeletionProtection,
    monitoringInterval: input.MonitoringInterval,
    monitoringRoleArn: input.MonitoringRoleArn,
    performanceInsights: input.EnablePerformanceInsights,
    iamAuthentication: input.EnableIAMDatabaseAuthentication,
    logExports: logExports(before, input),
    certificateAuthority: input.CACertificateIdentifier,
    networkType: input.NetworkType,
  })
  return { ...before, ...changed }
}

function logExports(
  { logExports: before }: InstanceSettings,
  { CloudwatchLogsExportConfiguration: change }: ModifyDBInstanceCommandInput,
): readonly string[] | undefined {
  if (change === undefined) return undefined
  const kept = before.filter((name) => change.DisableLogTypes?.includes(name) !== true)
  return [...new Set([...kept, ...(change.EnableLogTypes ?? [])])]
}

/** What a request does to the master user's password and its secret. */
async function masterOf(
  state: RdsState,
  record: InstanceRecord,
  input: ModifyDBInstanceCommandInput,
): Promise<{ password: string | undefined; changes: Partial<InstanceRecord> }> {
  const { region, masterUser: username, masterSecretArn: secretArn } = record
  if (input.MasterUserPassword !== undefined) {
    if (secretArn !== undefined && input.ManageMasterUserPassword !== false) {
      throw invalidCombination(
        'You can not specify a MasterUserPassword while ManageMasterUserPassword is enabled.',
      )
    }
    const password = checkPassword(input.MasterUserPassword)
    if (secretArn !== undefined) await deleteMasterSecret(state, { region, secretArn })
    const changes = { verifier: scramVerifier(password), masterSecretArn: undefined }
    return { password, changes }
  }
  const starts = input.ManageMasterUserPassword === true && secretArn === undefined
  if (input.RotateMasterUserPassword === true && secretArn === undefined) {
    throw invalidCombination(
      'You can not rotate the master user password: it is not managed in Secrets Manager.',
    )
  }
  if (!starts && input.RotateMasterUserPassword !== true)
    return { password: undefined, changes: {} }
  const password = await newPassword(state, region)
  const verifier = scramVerifier(password)
  const credentials = { username, password }
  if (secretArn === undefined) {
    const masterSecretArn = await createMasterSecret(state, record, credentials)
    return { password, changes: { verifier, masterSecretArn } }
  }
  await storeMasterPassword(state, { region, secretArn }, credentials)
  return { password, changes: { verifier } }
}

async function moveGroups(state: RdsState, record: InstanceRecord): Promise<void> {
  if (record.networkInterface === undefined) return
  await state.context.calls(record.region).ec2.modifyNetworkInterfaceAttribute({
    NetworkInterfaceId: record.networkInterface.id,
    Groups: [...record.groupIds],
  })
}
