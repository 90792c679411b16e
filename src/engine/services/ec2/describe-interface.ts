import type {
  NetworkInterface,
  NetworkInterfaceAssociation,
  NetworkInterfaceAttachment,
} from '@aws-sdk/client-ec2'
import type { Ec2State } from './ec2-state.ts'
import type { AttachmentRecord, NetworkInterfaceRecord } from './records.ts'
import type { NetworkInterfaceType } from '@aws-sdk/client-ec2'

/** A network interface as its Describe operation shows it. */
export function describeInterface(
  state: Ec2State,
  record: NetworkInterfaceRecord,
): NetworkInterface {
  const { region, id, attachment } = record
  const association = describeAssociation(state, record)
  return {
    NetworkInterfaceId: id,
    OwnerId: state.ownerId,
    VpcId: record.vpcId,
    SubnetId: record.subnetId,
    AvailabilityZone: record.zone,
    Description: record.description,
    // A group that has been deleted keeps no interface: deletion is refused while one has it.
    Groups: record.groupIds.map((groupId) => ({
      GroupId: groupId,
      GroupName: state.securityGroups.find(region, groupId)?.name,
    })),
    InterfaceType: record.interfaceType as NetworkInterfaceType,
    Ipv6Addresses: [],
    MacAddress: record.macAddress,
    PrivateDnsName: record.privateDnsName,
    PrivateIpAddress: record.privateIp,
    PrivateIpAddresses: [
      {
        Primary: true,
        PrivateDnsName: record.privateDnsName,
        PrivateIpAddress: record.privateIp,
        Association: association,
      },
    ],
    Association: association,
    Attachment: attachment === undefined ? undefined : describeAttachment(attachment),
    RequesterId: record.requesterId,
    RequesterManaged: record.requesterId !== undefined,
    SourceDestCheck: record.sourceDestCheck,
    Status: attachment === undefined ? 'available' : 'in-use',
    TagSet: state.tagList(region, id),
  }
}

function describeAttachment(attachment: AttachmentRecord): NetworkInterfaceAttachment {
  return {
    AttachmentId: attachment.id,
    AttachTime: new Date(attachment.attachedAt),
    DeleteOnTermination: attachment.deleteOnTermination,
    DeviceIndex: attachment.deviceIndex,
    NetworkCardIndex: 0,
    InstanceId: attachment.instanceId,
    InstanceOwnerId: attachment.instanceOwnerId,
    Status: 'attached',
  }
}

function describeAssociation(
  state: Ec2State,
  { region, id, publicIp }: NetworkInterfaceRecord,
): NetworkInterfaceAssociation | undefined {
  const [elastic] = state.addresses.by(region, 'network-interface-id', id)
  if (elastic !== undefined) {
    return {
      AllocationId: elastic.id,
      AssociationId: elastic.associationId,
      IpOwnerId: state.ownerId,
      PublicIp: elastic.publicIp,
      PublicDnsName: '',
    }
  }
  if (publicIp === undefined) return undefined
  return { IpOwnerId: 'amazon', PublicIp: publicIp, PublicDnsName: '' }
}
