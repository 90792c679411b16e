import type {
  AttachInternetGatewayCommandInput,
  CreateInternetGatewayCommandInput,
  CreateInternetGatewayCommandOutput,
  DeleteInternetGatewayCommandInput,
  DescribeInternetGatewaysCommandInput,
  DescribeInternetGatewaysCommandOutput,
  DetachInternetGatewayCommandInput,
  InternetGateway,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import type { Ec2State } from '../ec2-state.ts'
import { dependencyViolation, hasDependencies } from '../errors.ts'
import type { InternetGatewayRecord } from '../records.ts'

export function internetGatewayOperations(state: Ec2State): OperationTable {
  const table = state.internetGateways
  return {
    CreateInternetGateway: (
      input: CreateInternetGatewayCommandInput,
      call: Call,
    ): Output<CreateInternetGatewayCommandOutput> => {
      const record = { id: state.newId('igw'), region: call.region, vpcId: undefined }
      const gateway = state.create(table, record, input.TagSpecifications)
      return { InternetGateway: describe(state, gateway) }
    },

    DescribeInternetGateways: (
      input: DescribeInternetGatewaysCommandInput,
      call: Call,
    ): Output<DescribeInternetGatewaysCommandOutput> => {
      const { items, nextToken } = state.describe(table, call.region, {
        ids: input.InternetGatewayIds,
        filters: input.Filters,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      })
      const described = items.map((gateway) => describe(state, gateway))
      return { InternetGateways: described, NextToken: nextToken }
    },

    DeleteInternetGateway: (input: DeleteInternetGatewayCommandInput, call: Call) => {
      const gateway = table.get(call.region, input.InternetGatewayId)
      if (gateway.vpcId !== undefined) throw hasDependencies('internetGateway', gateway.id)
      state.delete(table, gateway)
      return {}
    },

    ...attachmentOperations(state),
  }
}

function attachmentOperations(state: Ec2State): OperationTable {
  const table = state.internetGateways
  return {
    AttachInternetGateway: (input: AttachInternetGatewayCommandInput, call: Call) => {
      const gateway = table.get(call.region, input.InternetGatewayId)
      const vpc = state.vpcs.get(call.region, input.VpcId)
      if (gateway.vpcId !== undefined) {
        throw new AwsError(
          'Resource.AlreadyAssociated',
          `resource ${gateway.id} is already attached to network ${gateway.vpcId}`,
        )
      }
      if (table.countBy(call.region, 'attachment.vpc-id', vpc.id) > 0) {
        throw new AwsError(
          'InvalidParameterValue',
          `Network ${vpc.id} already has an internet gateway attached`,
        )
      }
      table.put({ ...gateway, vpcId: vpc.id })
      return {}
    },

    DetachInternetGateway: (input: DetachInternetGatewayCommandInput, call: Call) => {
      const gateway = table.get(call.region, input.InternetGatewayId)
      const vpc = state.vpcs.get(call.region, input.VpcId)
      if (gateway.vpcId !== vpc.id) {
        throw new AwsError(
          'Gateway.NotAttached',
          `resource ${gateway.id} is not attached to network ${vpc.id}`,
        )
      }
      if (hasPublicAddress(state, call.region, vpc.id)) {
        throw dependencyViolation(
          `Network ${vpc.id} has some mapped public address(es). ` +
            'Please unmap those public address(es) before detaching the gateway.',
        )
      }
      table.put({ ...gateway, vpcId: undefined })
      return {}
    },
  }
}

function hasPublicAddress(state: Ec2State, region: string, vpcId: string): boolean {
  return state.networkInterfaces
    .by(region, 'vpc-id', vpcId)
    .some(
      ({ id, publicIp }) =>
        publicIp !== undefined || state.addresses.countBy(region, 'network-interface-id', id) > 0,
    )
}

function describe(state: Ec2State, gateway: InternetGatewayRecord): InternetGateway {
  return {
    InternetGatewayId: gateway.id,
    OwnerId: state.ownerId,
    // AWS says "available" here, which the SDK's enumeration of attachment states lacks.
    Attachments:
      gateway.vpcId === undefined
        ? []
        : [{ VpcId: gateway.vpcId, State: 'available' as 'attached' }],
    Tags: state.tagList(gateway.region, gateway.id),
  }
}
