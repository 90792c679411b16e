import type {
  DescribeDBEngineVersionsCommandInput,
  DescribeDBEngineVersionsCommandOutput,
  DescribeOrderableDBInstanceOptionsCommandInput,
  DescribeOrderableDBInstanceOptionsCommandOutput,
} from '@aws-sdk/client-rds'
import type { Call, OperationTable, Output } from '../../service.ts'
import { familyOf, installedVersion } from '../engine-versions.ts'
import type { InstanceController } from '../instance-controller.ts'
import { INSTANCE_CLASSES } from '../instance-classes.ts'
import { page } from '../page.ts'

export function engineVersionOperations({ databases }: InstanceController): OperationTable {
  return {
    DescribeDBEngineVersions: async (
      input: DescribeDBEngineVersionsCommandInput,
    ): Promise<Output<DescribeDBEngineVersionsCommandOutput>> => {
      const version = await installedVersion(databases)
      if (!offers(input, version)) return { DBEngineVersions: [] }
      const major = version.split('.')[0] ?? version
      return {
        DBEngineVersions: [
          {
            Engine: 'postgres',
            EngineVersion: version,
            MajorEngineVersion: major,
            DBParameterGroupFamily: familyOf(version),
            DBEngineDescription: 'PostgreSQL',
            DBEngineVersionDescription: `PostgreSQL ${version}`,
            ValidUpgradeTarget: [],
            ExportableLogTypes: ['postgresql', 'upgrade'],
            SupportsLogExportsToCloudwatchLogs: false,
            SupportsReadReplica: false,
            SupportedFeatureNames: [],
            Status: 'available',
          },
        ],
      }
    },

    DescribeOrderableDBInstanceOptions: async (
      input: DescribeOrderableDBInstanceOptionsCommandInput,
      call: Call,
    ): Promise<Output<DescribeOrderableDBInstanceOptionsCommandOutput>> => {
      const version = await installedVersion(databases)
      if (!offers(input, version)) return { OrderableDBInstanceOptions: [] }
      const zones = ['a', 'b', 'c'].map((letter) => ({ Name: `${call.region}${letter}` }))
      const options = INSTANCE_CLASSES.filter(
        (name) => input.DBInstanceClass === undefined || input.DBInstanceClass === name,
      ).map((DBInstanceClass) => ({
        Engine: 'postgres',
        EngineVersion: version,
        DBInstanceClass,
        LicenseModel: 'postgresql-license',
        AvailabilityZones: zones,
        StorageType: 'gp3',
        MultiAZCapable: true,
        ReadReplicaCapable: false,
        Vpc: true,
        SupportsStorageEncryption: true,
        SupportsIops: false,
        MinStorageSize: 20,
        MaxStorageSize: 65_536,
        SupportedNetworkTypes: ['IPV4'],
      }))
      const { items, Marker } = page(options, input)
      return { OrderableDBInstanceOptions: items, Marker }
    },
  }
}

function offers(
  { Engine, EngineVersion }: { Engine?: string | undefined; EngineVersion?: string | undefined },
  version: string,
): boolean {
  const major = version.split('.')[0]
  const engine = Engine === undefined || Engine === 'postgres'
  return engine && (EngineVersion === undefined || [version, major].includes(EngineVersion))
}
