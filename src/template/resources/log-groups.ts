import type { ServiceModel } from '../../system/system-model.ts'
import { given, type Resources } from '../cloudformation.ts'
import { serviceIds } from '../logical-ids.ts'

export function logGroupResources({ name, logGroups }: ServiceModel): Resources {
  return Object.fromEntries(
    logGroups.map((group) => [
      serviceIds(name).logGroup(group),
      {
        Type: 'AWS::Logs::LogGroup',
        DeletionPolicy: 'Delete',
        UpdateReplacePolicy: 'Delete',
        Properties: given({
          LogGroupName: group.name,
          RetentionInDays: group.retentionDays,
          KmsKeyId: group.kmsKey,
        }),
      },
    ]),
  )
}
