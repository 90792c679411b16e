import type { SystemModel } from '../../system/system-model.ts'
import type { Resources } from '../cloudformation.ts'
import { CLUSTER } from '../logical-ids.ts'

export function clusterResources({ cluster }: SystemModel): Resources {
  if (cluster.kind === 'existing') return {}
  return {
    [CLUSTER]: {
      Type: 'AWS::ECS::Cluster',
      Properties: {
        ClusterName: cluster.name,
        ClusterSettings: [{ Name: 'containerInsights', Value: cluster.containerInsights }],
      },
    },
  }
}
