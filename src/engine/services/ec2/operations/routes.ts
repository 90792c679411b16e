import type {
  CreateRouteCommandInput,
  DeleteRouteCommandInput,
  ReplaceRouteCommandInput,
} from '@aws-sdk/client-ec2'
import { formatCidr, parseCidr } from '../../../../aws/cidr.ts'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable } from '../../service.ts'
import type { Ec2State } from '../ec2-state.ts'
import { invalidCidr, missingParameter, notFound, unsupported } from '../errors.ts'
import type { RouteTableRecord } from '../records.ts'

/** Members of CreateRoute whose kinds of targets the engine has. */
const TARGETS = ['GatewayId', 'NatGatewayId', 'NetworkInterfaceId', 'VpcEndpointId'] as const

/** Members of CreateRoute whose kinds of targets it has not. */
const FOREIGN_TARGETS = [
  'InstanceId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'LocalGatewayId',
  'CarrierGatewayId',
  'CoreNetworkArn',
  'EgressOnlyInternetGatewayId',
] as const

export function routeOperations(state: Ec2State): OperationTable {
  return {
    CreateRoute: (input: CreateRouteCommandInput, call: Call) => {
      const table = state.routeTables.get(call.region, input.RouteTableId)
      const destination = destinationOf(input)
      const target = targetOf(state, table, input)
      const existing = table.routes.find((route) => route.destination === destination)
      if (existing !== undefined && existing.target !== target) {
        throw new AwsError(
          'RouteAlreadyExists',
          `The route identified by ${destination} already exists.`,
        )
      }
      if (existing === undefined) {
        const route = { destination, target, origin: 'CreateRoute' } as const
        state.routeTables.put({ ...table, routes: [...table.routes, route] })
      }
      return { Return: true }
    },

    ReplaceRoute: (input: ReplaceRouteCommandInput, call: Call) => {
      const table = state.routeTables.get(call.region, input.RouteTableId)
      const destination = destinationOf(input)
      const target = input.LocalTarget === true ? 'local' : targetOf(state, table, input)
      checkRoute(table, destination, input)
      const routes = table.routes.map((route) =>
        route.destination === destination ? { ...route, target } : route,
      )
      state.routeTables.put({ ...table, routes })
      return {}
    },

    DeleteRoute: (input: DeleteRouteCommandInput, call: Call) => {
      const table = state.routeTables.get(call.region, input.RouteTableId)
      const destination = destinationOf(input)
      checkRoute(table, destination, input)
      const route = table.routes.find((candidate) => candidate.destination === destination)
      if (route?.target === 'local') {
        throw new AwsError(
          'InvalidParameterValue',
          `cannot remove local route ${destination} in route table ${table.id}`,
        )
      }
      const routes = table.routes.filter((candidate) => candidate.destination !== destination)
      state.routeTables.put({ ...table, routes })
      return {}
    },
  }
}

type Destination = Pick<
  CreateRouteCommandInput,
  'DestinationCidrBlock' | 'DestinationIpv6CidrBlock' | 'DestinationPrefixListId'
>

function destinationOf(input: Destination): string {
  if (input.DestinationPrefixListId !== undefined) return input.DestinationPrefixListId
  if (input.DestinationIpv6CidrBlock !== undefined) return input.DestinationIpv6CidrBlock
  if (input.DestinationCidrBlock === undefined) throw missingParameter('destinationCidrBlock')
  const cidr = parseCidr(input.DestinationCidrBlock)
  if (cidr === undefined) throw invalidCidr(input.DestinationCidrBlock)
  return formatCidr(cidr)
}

/** The id of the route's target, which must be of the table's VPC. */
function targetOf(
  state: Ec2State,
  table: RouteTableRecord,
  input: CreateRouteCommandInput | ReplaceRouteCommandInput,
): string {
  const foreign = FOREIGN_TARGETS.find((member) => input[member] !== undefined)
  if (foreign !== undefined) throw unsupported(`Routes to a ${foreign} are not supported here.`)
  const target = TARGETS.map((member) => input[member]).find((id) => id !== undefined)
  if (target === undefined) throw missingParameter('gatewayId')
  if (target === 'local') return target
  const { region } = table
  switch (target.slice(0, target.indexOf('-'))) {
    case 'igw':
      if (state.internetGateways.get(region, target).vpcId !== table.vpcId) {
        throw otherNetwork(table.id, target)
      }
      return target
    case 'nat':
      if (state.natGateways.get(region, target).vpcId !== table.vpcId) {
        throw otherNetwork(table.id, target)
      }
      return target
    case 'eni':
      return state.networkInterfaces.get(region, target).id
    case 'vpce':
      return state.vpcEndpoints.get(region, target).id
    default:
      throw new AwsError('InvalidGatewayID.NotFound', `The gateway ID '${target}' does not exist`)
  }
}

function otherNetwork(table: string, gateway: string): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    `route table ${table} and network gateway ${gateway} belong to different networks`,
  )
}

function checkRoute(table: RouteTableRecord, destination: string, input: Destination): void {
  if (table.routes.some((route) => route.destination === destination)) return
  if (input.DestinationPrefixListId !== undefined) throw notFound('pl', destination)
  const member =
    input.DestinationIpv6CidrBlock === undefined
      ? 'destination-cidr-block'
      : 'destination-ipv6-cidr-block'
  throw new AwsError(
    'InvalidRoute.NotFound',
    `no route with ${member} ${destination} in route table ${table.id}`,
  )
}
