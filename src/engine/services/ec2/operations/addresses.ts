import type {
  Address,
  AllocateAddressCommandInput,
  AllocateAddressCommandOutput,
  AssociateAddressCommandInput,
  DescribeAddressesAttributeCommandInput,
  DescribeAddressesCommandInput,
  DescribeAddressesCommandOutput,
  DisassociateAddressCommandInput,
  ReleaseAddressCommandInput,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import type { Ec2State } from '../ec2-state.ts'
import { missingParameter } from '../errors.ts'
import type { AddressRecord } from '../records.ts'

export function addressOperations(state: Ec2State): OperationTable {
  const table = state.addresses
  return {
    AllocateAddress: (
      input: AllocateAddressCommandInput,
      call: Call,
    ): Output<AllocateAddressCommandOutput> => {
      const record: AddressRecord = {
        id: state.newId('eipalloc'),
        region: call.region,
        publicIp: state.newPublicIp(),
        associationId: undefined,
        networkInterfaceId: undefined,
        privateIpAddress: undefined,
      }
      state.create(table, record, input.TagSpecifications)
      return {
        AllocationId: record.id,
        PublicIp: record.publicIp,
        PublicIpv4Pool: 'amazon',
        NetworkBorderGroup: call.region,
        Domain: 'vpc',
      }
    },

    DescribeAddresses: (
      input: DescribeAddressesCommandInput,
      call: Call,
    ): Output<DescribeAddressesCommandOutput> => {
      const ids = [
        ...(input.AllocationIds ?? []),
        ...(input.PublicIps ?? []).map((ip) => byPublicIp(state, call.region, ip).id),
      ]
      const { items } = state.describe(table, call.region, { ids, filters: input.Filters })
      return { Addresses: items.map((address) => describe(state, address)) }
    },

    DescribeAddressesAttribute: (input: DescribeAddressesAttributeCommandInput, call: Call) => {
      const { items } = state.describe(table, call.region, { ids: input.AllocationIds })
      return {
        Addresses: items.map(({ id, publicIp }) => ({ AllocationId: id, PublicIp: publicIp })),
      }
    },

    ReleaseAddress: (input: ReleaseAddressCommandInput, call: Call) => {
      const address =
        input.PublicIp === undefined
          ? table.get(call.region, input.AllocationId)
          : byPublicIp(state, call.region, input.PublicIp)
      if (address.associationId !== undefined) {
        throw new AwsError('InvalidIPAddress.InUse', `Address ${address.publicIp} is in use.`)
      }
      state.releasePublicIp(address.publicIp)
      state.delete(table, address)
      return {}
    },

    ...associationOperations(state),
  }
}

function associationOperations(state: Ec2State): OperationTable {
  return {
    AssociateAddress: (input: AssociateAddressCommandInput, call: Call) => {
      const address = state.addresses.get(call.region, input.AllocationId)
      if (input.NetworkInterfaceId === undefined) throw missingParameter('networkInterfaceId')
      const record = state.networkInterfaces.get(call.region, input.NetworkInterfaceId)
      if (address.associationId !== undefined && input.AllowReassociation === false) {
        throw new AwsError(
          'Resource.AlreadyAssociated',
          `resource ${address.id} is already associated with associate-id ${address.associationId}`,
        )
      }
      const associationId = state.newId('eipassoc')
      state.addresses.put({
        ...address,
        associationId,
        networkInterfaceId: record.id,
        privateIpAddress: record.privateIp,
      })
      return { AssociationId: associationId }
    },

    DisassociateAddress: (input: DisassociateAddressCommandInput, call: Call) => {
      const id = input.AssociationId ?? ''
      const [address] = state.addresses.by(call.region, 'association-id', id)
      if (address === undefined) {
        throw new AwsError(
          'InvalidAssociationID.NotFound',
          `The association ID '${id}' does not exist`,
        )
      }
      const [gateway] = state.natGateways
        .list(call.region)
        .filter((nat) => nat.associationId === id && nat.deletedAt === undefined)
      if (gateway !== undefined) {
        throw new AwsError(
          'OperationNotPermitted',
          `You do not have permission to access the specified resource: ` +
            `the address belongs to ${gateway.id}.`,
        )
      }
      state.addresses.put({
        ...address,
        associationId: undefined,
        networkInterfaceId: undefined,
        privateIpAddress: undefined,
      })
      return {}
    },
  }
}

function byPublicIp(state: Ec2State, region: string, ip: string): AddressRecord {
  const [address] = state.addresses.by(region, 'public-ip', ip)
  if (address === undefined) {
    throw new AwsError('InvalidAddress.NotFound', `Address '${ip}' not found.`)
  }
  return address
}

function describe(state: Ec2State, address: AddressRecord): Address {
  return {
    AllocationId: address.id,
    PublicIp: address.publicIp,
    PublicIpv4Pool: 'amazon',
    NetworkBorderGroup: address.region,
    Domain: 'vpc',
    AssociationId: address.associationId,
    NetworkInterfaceId: address.networkInterfaceId,
    NetworkInterfaceOwnerId: address.networkInterfaceId === undefined ? undefined : state.ownerId,
    PrivateIpAddress: address.privateIpAddress,
    Tags: state.tagList(address.region, address.id),
  }
}
