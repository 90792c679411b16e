import { AwsError } from '../../aws-error.ts'
import type { InstanceRecord } from './records.ts'
import type { RdsState } from './rds-state.ts'

/** Makes an instance's network interface in its zone's subnet, with its security groups. */
export async function makeInterface(
  state: RdsState,
  record: InstanceRecord,
): Promise<{ id: string; ip: string }> {
  const { ec2 } = state.context.calls(record.region)
  const { subnets } = state.subnetGroup(record.region, record.subnetGroup)
  const subnet = subnets.find(({ zone }) => zone === record.zone) ?? subnets[0]
  const { NetworkInterface } = await ec2.createNetworkInterface({
    SubnetId: subnet?.id,
    Description: 'RDSNetworkInterface',
    ...(record.groupIds.length === 0 ? {} : { Groups: [...record.groupIds] }),
  })
  const id = NetworkInterface?.NetworkInterfaceId ?? ''
  await ec2.modifyNetworkInterfaceAttribute({
    NetworkInterfaceId: id,
    Attachment: { AttachmentId: `eni-attach-${id.slice(4)}`, DeleteOnTermination: false },
  })
  return { id, ip: NetworkInterface?.PrivateIpAddress ?? '' }
}

/** Removes it; one that is gone already is fine. */
export async function removeInterface(state: RdsState, record: InstanceRecord): Promise<void> {
  const { networkInterface, region } = record
  if (networkInterface === undefined) return
  try {
    const { ec2 } = state.context.calls(region)
    await ec2.deleteNetworkInterface({ NetworkInterfaceId: networkInterface.id })
  } catch (error) {
    if (error instanceof AwsError && error.code === 'InvalidNetworkInterfaceID.NotFound') return
    throw error
  }
}
