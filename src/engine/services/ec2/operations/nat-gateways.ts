import type {
  CreateNatGatewayCommandInput,
  CreateNatGatewayCommandOutput,
  DeleteNatGatewayCommandInput,
  DescribeNatGatewaysCommandInput,
  DescribeNatGatewaysCommandOutput,
  NatGateway,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import type { Ec2State } from '../ec2-state.ts'
import { missingParameter } from '../errors.ts'
import { natGatewayState } from '../fields.ts'
import type { NetworkInterfaces } from '../network-interfaces.ts'
import type { AddressRecord, NatGatewayRecord, SubnetRecord } from '../records.ts'

/** For how long AWS still shows a gateway that was deleted. */
const SHOWN_AFTER_DELETION_MS = 3_600_000

export function natGatewayOperations(
  state: Ec2State,
  interfaces: NetworkInterfaces,
): OperationTable {
  return {
    CreateNatGateway: (
      input: CreateNatGatewayCommandInput,
      call: Call,
    ): Output<CreateNatGatewayCommandOutput> => {
      const subnet = state.subnets.get(call.region, input.SubnetId)
      const isPublic = input.ConnectivityType !== 'private'
      if (isPublic && input.AllocationId === undefined) throw missingParameter('AllocationId')
      const address = isPublic ? freeAddress(state, call.region, input.AllocationId) : undefined
      const record = create(state, interfaces, {
        subnet,
        address,
        privateIp: input.PrivateIpAddress,
      })
      state.create(state.natGateways, record, input.TagSpecifications)
      // AWS answers before the gateway is there; the state that it settles on comes with Describe.
      const NatGateway = { ...describe(state, record), State: 'pending' as const }
      return { NatGateway, ClientToken: input.ClientToken }
    },

    DescribeNatGateways: (
      input: DescribeNatGatewaysCommandInput,
      call: Call,
    ): Output<DescribeNatGatewaysCommandOutput> => {
      forget(state, call.region)
      const { items, nextToken } = state.describe(state.natGateways, call.region, {
        ids: input.NatGatewayIds,
        filters: input.Filter,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      })
      return { NatGateways: items.map((item) => describe(state, item)), NextToken: nextToken }
    },

    DeleteNatGateway: (input: DeleteNatGatewayCommandInput, call: Call) => {
      const gateway = state.natGateways.get(call.region, input.NatGatewayId)
      const owned = state.networkInterfaces.find(call.region, gateway.networkInterfaceId ?? '')
      if (owned !== undefined) interfaces.delete(owned)
      if (gateway.deletedAt === undefined) {
        state.natGateways.put({ ...gateway, deletedAt: state.now() })
      }
      return { NatGatewayId: gateway.id }
    },
  }
}

function freeAddress(state: Ec2State, region: string, id: string | undefined): AddressRecord {
  const address = state.addresses.get(region, id)
  if (address.associationId !== undefined) {
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `Elastic IP address [${address.id}] is already associated`,
    )
  }
  return address
}

function create(
  state: Ec2State,
  interfaces: NetworkInterfaces,
  wanted: {
    subnet: SubnetRecord
    address: AddressRecord | undefined
    privateIp: string | undefined
  },
): NatGatewayRecord {
  const { subnet, address } = wanted
  const { region, vpcId } = subnet
  const base: NatGatewayRecord = {
    id: state.newId('nat'),
    region,
    vpcId,
    subnetId: subnet.id,
    connectivityType: address === undefined ? 'private' : 'public',
    allocationId: address?.id,
    associationId: undefined,
    networkInterfaceId: undefined,
    privateIp: undefined,
    publicIp: address?.publicIp,
    createdAt: state.now(),
    deletedAt: undefined,
    failure: undefined,
  }
  const attached = state.internetGateways.countBy(region, 'attachment.vpc-id', vpcId) > 0
  if (address !== undefined && !attached) {
    const message = `Network ${vpcId} has no Internet gateway attached`
    return { ...base, failure: { code: 'Gateway.NotAttached', message } }
  }
  const created = interfaces.create(subnet, {
    privateIp: wanted.privateIp,
    description: `Interface for NAT Gateway ${base.id}`,
    interfaceType: 'nat_gateway',
    requesterId: 'amazon-nat',
  })
  interfaces.attach(created)
  const { id: networkInterfaceId, privateIp } = created
  if (address === undefined) return { ...base, networkInterfaceId, privateIp }
  const associationId = state.newId('eipassoc')
  state.addresses.put({
    ...address,
    associationId,
    networkInterfaceId,
    privateIpAddress: privateIp,
  })
  return { ...base, networkInterfaceId, privateIp, associationId }
}

function forget(state: Ec2State, region: string): void {
  for (const gateway of state.natGateways.list(region)) {
    const gone = gateway.deletedAt
    if (gone !== undefined && state.now() - gone > SHOWN_AFTER_DELETION_MS) {
      state.delete(state.natGateways, gateway)
    }
  }
}

function describe(state: Ec2State, gateway: NatGatewayRecord): NatGateway {
  const { failure, deletedAt } = gateway
  return {
    NatGatewayId: gateway.id,
    VpcId: gateway.vpcId,
    SubnetId: gateway.subnetId,
    ConnectivityType: gateway.connectivityType,
    State: natGatewayState(gateway),
    CreateTime: new Date(gateway.createdAt),
    DeleteTime: deletedAt === undefined ? undefined : new Date(deletedAt),
    FailureCode: failure?.code,
    FailureMessage: failure?.message,
    NatGatewayAddresses: [
      {
        AllocationId: gateway.allocationId,
        AssociationId: gateway.associationId,
        NetworkInterfaceId: gateway.networkInterfaceId,
        PrivateIp: gateway.privateIp,
        PublicIp: gateway.publicIp,
        IsPrimary: true,
        Status: failure === undefined ? 'succeeded' : 'failed',
      },
    ],
    Tags: state.tagList(gateway.region, gateway.id),
  }
}
