import type {
  AssociateRouteTableCommandInput,
  AssociateRouteTableCommandOutput,
  CreateRouteTableCommandInput,
  CreateRouteTableCommandOutput,
  DeleteRouteTableCommandInput,
  DescribeRouteTablesCommandInput,
  DescribeRouteTablesCommandOutput,
  DisassociateRouteTableCommandInput,
  ReplaceRouteTableAssociationCommandInput,
  ReplaceRouteTableAssociationCommandOutput,
  Route,
  RouteTable,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import type { Ec2State } from '../ec2-state.ts'
import { hasDependencies, unsupported } from '../errors.ts'
import type { RouteAssociation, RouteRecord, RouteTableRecord } from '../records.ts'
import { isActive, targetMember } from '../routes.ts'

export function routeTableOperations(state: Ec2State): OperationTable {
  return {
    CreateRouteTable: (
      input: CreateRouteTableCommandInput,
      call: Call,
    ): Output<CreateRouteTableCommandOutput> => {
      const vpc = state.vpcs.get(call.region, input.VpcId)
      const routes = vpc.cidrBlocks.map(({ cidrBlock }) => local(cidrBlock))
      const record = {
        id: state.newId('rtb'),
        region: call.region,
        vpcId: vpc.id,
        routes,
        associations: [],
      }
      const table = state.create(state.routeTables, record, input.TagSpecifications)
      return { RouteTable: describe(state, table), ClientToken: input.ClientToken }
    },

    DescribeRouteTables: (
      input: DescribeRouteTablesCommandInput,
      call: Call,
    ): Output<DescribeRouteTablesCommandOutput> => {
      const { items, nextToken } = state.describe(state.routeTables, call.region, {
        ids: input.RouteTableIds,
        filters: input.Filters,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      })
      return { RouteTables: items.map((table) => describe(state, table)), NextToken: nextToken }
    },

    DeleteRouteTable: (input: DeleteRouteTableCommandInput, call: Call) => {
      const table = state.routeTables.get(call.region, input.RouteTableId)
      if (table.associations.length > 0) throw hasDependencies('routeTable', table.id)
      state.delete(state.routeTables, table)
      return {}
    },

    ...associationOperations(state),
  }
}

function local(destination: string): RouteRecord {
  return { destination, target: 'local', origin: 'CreateRouteTable' }
}

function associationOperations(state: Ec2State): OperationTable {
  return {
    AssociateRouteTable: (
      input: AssociateRouteTableCommandInput,
      call: Call,
    ): Output<AssociateRouteTableCommandOutput> => {
      if (input.GatewayId !== undefined) {
        throw unsupported('Gateway route tables are not supported here.')
      }
      const table = state.routeTables.get(call.region, input.RouteTableId)
      const subnet = state.subnets.get(call.region, input.SubnetId)
      if (subnet.vpcId !== table.vpcId) throw otherNetwork(table.id, subnet.id)
      const [current] = state.routeTables.by(call.region, 'association.subnet-id', subnet.id)
      const known = current?.associations.find(({ subnetId }) => subnetId === subnet.id)
      if (current !== undefined && known !== undefined) {
        if (current.id === table.id) return associated(known.id)
        throw new AwsError(
          'Resource.AlreadyAssociated',
          `the specified association for route table ${table.id} ` +
            'conflicts with an existing association',
        )
      }
      const association = { id: state.newId('rtbassoc'), main: false, subnetId: subnet.id }
      associate(state, table, association)
      return associated(association.id)
    },

    DisassociateRouteTable: (input: DisassociateRouteTableCommandInput, call: Call) => {
      const { table, association } = find(state, call.region, input.AssociationId)
      if (association.main) {
        throw new AwsError(
          'InvalidParameterValue',
          `cannot disassociate the main route table association ${association.id}`,
        )
      }
      disassociate(state, table, association)
      return {}
    },

    ReplaceRouteTableAssociation: (
      input: ReplaceRouteTableAssociationCommandInput,
      call: Call,
    ): Output<ReplaceRouteTableAssociationCommandOutput> => {
      const { table, association } = find(state, call.region, input.AssociationId)
      const target = state.routeTables.get(call.region, input.RouteTableId)
      if (target.vpcId !== table.vpcId) throw otherNetwork(target.id, association.id)
      if (target.id === table.id) {
        return { NewAssociationId: association.id, AssociationState: { State: 'associated' } }
      }
      const replacement = { ...association, id: state.newId('rtbassoc') }
      disassociate(state, table, association)
      associate(state, target, replacement)
      return { NewAssociationId: replacement.id, AssociationState: { State: 'associated' } }
    },
  }
}

function associated(id: string) {
  return { AssociationId: id, AssociationState: { State: 'associated' as const } }
}

function associate(state: Ec2State, table: RouteTableRecord, association: RouteAssociation): void {
  state.routeTables.put({ ...table, associations: [...table.associations, association] })
}

function disassociate(
  state: Ec2State,
  table: RouteTableRecord,
  association: RouteAssociation,
): void {
  const associations = table.associations.filter((other) => other !== association)
  state.routeTables.put({ ...table, associations })
}

function otherNetwork(table: string, other: string): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    `Route table ${table} and ${other} belong to different networks`,
  )
}

function find(
  state: Ec2State,
  region: string,
  id = '',
): { table: RouteTableRecord; association: RouteAssociation } {
  const field = 'association.route-table-association-id'
  const [table] = state.routeTables.by(region, field, id)
  const association = table?.associations.find((item) => item.id === id)
  if (table === undefined || association === undefined) {
    throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`)
  }
  return { table, association }
}

function describe(state: Ec2State, table: RouteTableRecord): RouteTable {
  return {
    RouteTableId: table.id,
    VpcId: table.vpcId,
    OwnerId: state.ownerId,
    Routes: table.routes.map((route) => describeRoute(state, table.region, route)),
    Associations: table.associations.map(({ id, main, subnetId }) => ({
      RouteTableAssociationId: id,
      RouteTableId: table.id,
      Main: main,
      SubnetId: subnetId,
      AssociationState: { State: 'associated' },
    })),
    PropagatingVgws: [],
    Tags: state.tagList(table.region, table.id),
  }
}

function describeRoute(state: Ec2State, region: string, route: RouteRecord): Route {
  const { destination, target } = route
  return {
    ...destinationMember(destination),
    [targetMember(target)]: target,
    Origin: route.origin,
    State: isActive(state, region, target) ? 'active' : 'blackhole',
  }
}

function destinationMember(destination: string): Route {
  if (destination.startsWith('pl-')) return { DestinationPrefixListId: destination }
  if (destination.includes(':')) return { DestinationIpv6CidrBlock: destination }
  return { DestinationCidrBlock: destination }
}
