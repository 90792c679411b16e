import type {
  AttachNetworkInterfaceCommandInput,
  CreateNetworkInterfaceCommandInput,
  CreateNetworkInterfaceCommandOutput,
  DeleteNetworkInterfaceCommandInput,
  DescribeNetworkInterfaceAttributeCommandInput,
  DescribeNetworkInterfaceAttributeCommandOutput,
  DescribeNetworkInterfacesCommandInput,
  DescribeNetworkInterfacesCommandOutput,
  DetachNetworkInterfaceCommandInput,
  ModifyNetworkInterfaceAttributeCommandInput,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import type { Ec2State } from '../ec2-state.ts'
import { invalidParameter, unsupported } from '../errors.ts'
import { describeInterface } from '../describe-interface.ts'
import type { NetworkInterfaces } from '../network-interfaces.ts'
import type { NetworkInterfaceRecord } from '../records.ts'

/** The engine's services call as a role of AWS's own account; their interfaces are managed. */
const AWS_OWNED = /^arn:aws:iam::aws:/

export function networkInterfaceOperations(
  state: Ec2State,
  interfaces: NetworkInterfaces,
): OperationTable {
  const table = state.networkInterfaces
  return {
    CreateNetworkInterface: (
      input: CreateNetworkInterfaceCommandInput,
      call: Call,
    ): Output<CreateNetworkInterfaceCommandOutput> => {
      if ((input.Ipv6AddressCount ?? 0) > 0 || (input.SecondaryPrivateIpAddressCount ?? 0) > 0) {
        throw unsupported('Secondary and IPv6 addresses are not supported here.')
      }
      const primary = input.PrivateIpAddresses?.find(({ Primary }) => Primary === true)
      const created = interfaces.create(
        state.subnets.get(call.region, input.SubnetId),
        {
          privateIp: input.PrivateIpAddress ?? primary?.PrivateIpAddress,
          description: input.Description,
          groupIds: input.Groups,
          interfaceType: input.InterfaceType,
          requesterId: AWS_OWNED.test(call.principalArn) ? 'amazon-aws' : undefined,
        },
        input.TagSpecifications,
      )
      return { NetworkInterface: describeInterface(state, created) }
    },

    DescribeNetworkInterfaces: (
      input: DescribeNetworkInterfacesCommandInput,
      call: Call,
    ): Output<DescribeNetworkInterfacesCommandOutput> => {
      const { items, nextToken } = state.describe(table, call.region, {
        ids: input.NetworkInterfaceIds,
        filters: input.Filters,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      })
      const described = items.map((item) => describeInterface(state, item))
      return { NetworkInterfaces: described, NextToken: nextToken }
    },

    DeleteNetworkInterface: (input: DeleteNetworkInterfaceCommandInput, call: Call) => {
      const record = table.get(call.region, input.NetworkInterfaceId)
      const owned = record.requesterId !== undefined && !AWS_OWNED.test(call.principalArn)
      if (owned) throw managed(record.id)
      if (record.attachment !== undefined && !AWS_OWNED.test(call.principalArn)) {
        throw new AwsError(
          'InvalidNetworkInterface.InUse',
          `The network interface '${record.id}' is currently in use.`,
        )
      }
      interfaces.delete(record)
      return {}
    },

    ...attachmentOperations(state, interfaces),
    ...attributeOperations(state, interfaces),
  }
}

function managed(id: string): AwsError {
  return new AwsError(
    'OperationNotPermitted',
    `You do not have permission to access the specified resource: ` +
      `'${id}' is managed by the service that requested it.`,
  )
}

function attributeOperations(state: Ec2State, interfaces: NetworkInterfaces): OperationTable {
  const table = state.networkInterfaces
  return {
    DescribeNetworkInterfaceAttribute: (
      input: DescribeNetworkInterfaceAttributeCommandInput,
      call: Call,
    ): Output<DescribeNetworkInterfaceAttributeCommandOutput> => {
      const record = table.get(call.region, input.NetworkInterfaceId)
      const { Description: _, Groups, Attachment } = describeInterface(state, record)
      switch (input.Attribute) {
        case 'description':
          return { NetworkInterfaceId: record.id, Description: { Value: record.description } }
        case 'groupSet':
          return { NetworkInterfaceId: record.id, Groups }
        case 'attachment':
          return { NetworkInterfaceId: record.id, Attachment }
        case 'sourceDestCheck':
          return {
            NetworkInterfaceId: record.id,
            SourceDestCheck: { Value: record.sourceDestCheck },
          }
        default:
          throw invalidParameter(`Value (${input.Attribute}) for parameter attribute is invalid.`)
      }
    },

    ModifyNetworkInterfaceAttribute: (
      input: ModifyNetworkInterfaceAttributeCommandInput,
      call: Call,
    ) => {
      let record = table.get(call.region, input.NetworkInterfaceId)
      if (input.Groups !== undefined) {
        record = { ...record, groupIds: interfaces.groups(record, input.Groups) }
      }
      if (input.Description?.Value !== undefined) {
        record = { ...record, description: input.Description.Value }
      }
      if (input.SourceDestCheck?.Value !== undefined) {
        record = { ...record, sourceDestCheck: input.SourceDestCheck.Value }
      }
      table.put(changeAttachment(state, record, { input, call }))
      if (input.AssociatePublicIpAddress !== undefined) {
        interfaces.setPublicIp(record.region, record.id, input.AssociatePublicIpAddress)
      }
      return {}
    },
  }
}

/**
 * Changes an attachment. A service of AWS's that owns the interface attaches it in the same way, by
 * naming an attachment that the interface has not: on AWS it does so behind the API.
 */
function changeAttachment(
  state: Ec2State,
  record: NetworkInterfaceRecord,
  { input, call }: { input: ModifyNetworkInterfaceAttributeCommandInput; call: Call },
): NetworkInterfaceRecord {
  const { Attachment: changes } = input
  if (changes === undefined) return record
  if (record.attachment?.id !== changes.AttachmentId && AWS_OWNED.test(call.principalArn)) {
    return {
      ...record,
      attachment: {
        id: changes.AttachmentId ?? state.newId('eni-attach'),
        attachedAt: state.now(),
        deviceIndex: 1,
        instanceId: undefined,
        instanceOwnerId: 'amazon-aws',
        deleteOnTermination: changes.DeleteOnTermination ?? false,
      },
    }
  }
  if (record.attachment === undefined || record.attachment.id !== changes.AttachmentId) {
    throw attachmentNotFound(changes.AttachmentId)
  }
  const deleteOnTermination = changes.DeleteOnTermination ?? record.attachment.deleteOnTermination
  return { ...record, attachment: { ...record.attachment, deleteOnTermination } }
}

function attachmentOperations(state: Ec2State, interfaces: NetworkInterfaces): OperationTable {
  return {
    AttachNetworkInterface: (input: AttachNetworkInterfaceCommandInput, call: Call) => {
      const record = state.networkInterfaces.get(call.region, input.NetworkInterfaceId)
      if (!AWS_OWNED.test(call.principalArn)) {
        throw new AwsError(
          'InvalidInstanceID.NotFound',
          `The instance ID '${input.InstanceId}' does not exist`,
        )
      }
      if (record.attachment !== undefined) {
        throw new AwsError(
          'InvalidParameterValue',
          `Network interface '${record.id}' is already attached.`,
        )
      }
      const id = interfaces.attach(record, input.DeviceIndex ?? 1)
      return { AttachmentId: id, NetworkCardIndex: 0 }
    },

    DetachNetworkInterface: (input: DetachNetworkInterfaceCommandInput, call: Call) => {
      const [record] = state.networkInterfaces
        .list(call.region)
        .filter(({ attachment }) => attachment?.id === input.AttachmentId)
      if (record === undefined) throw attachmentNotFound(input.AttachmentId)
      if (!AWS_OWNED.test(call.principalArn)) throw managed(record.id)
      state.networkInterfaces.put({ ...record, attachment: undefined })
      return {}
    },
  }
}

function attachmentNotFound(id: string | undefined): AwsError {
  return new AwsError(
    'InvalidAttachmentID.NotFound',
    `The network interface attachment '${id}' does not exist`,
  )
}
