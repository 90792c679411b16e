import { AwsError } from '../../../aws-error.ts'
import { RuntimeError } from '../../../runtimes/runtime.ts'
import type { EngineContext } from '../../service.ts'
import type { InterfaceRecord, TaskRecord } from '../records.ts'

/** TASK-2: makes a task's network interface, in the subnet that it was placed in. */
export async function createInterface(
  context: EngineContext,
  task: TaskRecord,
): Promise<{ record: InterfaceRecord; zone: string }> {
  const SubnetId = task.subnetId
  const groups = task.network.awsvpcConfiguration?.securityGroups ?? []
  const { ec2 } = context.calls(task.region)
  try {
    const [{ NetworkInterface: made }, { Subnets }] = await Promise.all([
      ec2.createNetworkInterface({
        SubnetId,
        Description: task.arn,
        ...(groups.length === 0 ? {} : { Groups: [...groups] }),
      }),
      ec2.describeSubnets({ SubnetIds: [SubnetId] }),
    ])
    const cidr = Subnets?.[0]?.CidrBlock ?? '/24'
    return {
      zone: made?.AvailabilityZone ?? Subnets?.[0]?.AvailabilityZone ?? '',
      record: {
        id: made?.NetworkInterfaceId ?? '',
        attachmentId: `${context.random.hex(4)}-${context.random.hex(6)}`,
        subnetId: SubnetId,
        vpcId: made?.VpcId ?? '',
        mac: made?.MacAddress ?? '',
        privateIp: made?.PrivateIpAddress ?? '',
        privateDnsName: made?.PrivateDnsName ?? '',
        prefixLength: Number(cidr.split('/')[1] ?? 24),
      },
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new RuntimeError(
      'ResourceInitializationError',
      `unable to create a network interface: ${error.message}`,
    )
  }
}

/** Gives the interface back, if the task has one. */
export async function deleteInterface(context: EngineContext, task: TaskRecord): Promise<void> {
  const NetworkInterfaceId = task.networkInterface?.id
  if (NetworkInterfaceId === undefined) return
  try {
    await context.calls(task.region).ec2.deleteNetworkInterface({ NetworkInterfaceId })
  } catch (error) {
    // Already gone is as good.
    if (!(error instanceof AwsError)) throw error
  }
}
