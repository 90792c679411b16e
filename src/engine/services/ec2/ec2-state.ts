import type { Tag, TagSpecification } from '@aws-sdk/client-ec2'
import type { Collection } from '../../store/store.ts'
import type { EngineContext } from '../service.ts'
import { describeTable, type DescribeRequest, type Page } from './describe.ts'
import * as fields from './fields.ts'
import type {
  AddressRecord,
  DhcpOptionsRecord,
  Ec2Record,
  InternetGatewayRecord,
  NatGatewayRecord,
  NetworkAclRecord,
  NetworkInterfaceRecord,
  RouteTableRecord,
  SecurityGroupRecord,
  SubnetRecord,
  TagsRecord,
  VpcEndpointRecord,
  VpcRecord,
} from './records.ts'
import { Table, type OnWrite, type TableOptions } from './table.ts'

/** Everything that EC2 keeps, and what its operations share. */
export class Ec2State {
  readonly context: EngineContext
  readonly vpcs: Table<VpcRecord>
  readonly subnets: Table<SubnetRecord>
  readonly internetGateways: Table<InternetGatewayRecord>
  readonly addresses: Table<AddressRecord>
  readonly natGateways: Table<NatGatewayRecord>
  readonly routeTables: Table<RouteTableRecord>
  readonly securityGroups: Table<SecurityGroupRecord>
  readonly networkInterfaces: Table<NetworkInterfaceRecord>
  readonly vpcEndpoints: Table<VpcEndpointRecord>
  readonly networkAcls: Table<NetworkAclRecord>
  readonly dhcpOptions: Table<DhcpOptionsRecord>
  readonly #tags: Collection<TagsRecord>
  readonly #publicIps: Collection<{ ip: string }>

  constructor(context: EngineContext) {
    this.context = context
    const policyChanged = (): void => context.network.policyChanged?.()
    const table = <T extends Ec2Record>(
      name: string,
      options: TableOptions<T>,
      onWrite: OnWrite<T> = policyChanged,
    ): Table<T> => new Table(context.store.collection<T>(`ec2/${name}`), options, onWrite)
    this.vpcs = table('vpcs', fields.VPC)
    this.subnets = table('subnets', fields.SUBNET)
    this.internetGateways = table('internet-gateways', fields.INTERNET_GATEWAY)
    this.addresses = table('addresses', fields.ADDRESS)
    this.natGateways = table('nat-gateways', fields.NAT_GATEWAY)
    this.routeTables = table('route-tables', fields.ROUTE_TABLE)
    this.securityGroups = table('security-groups', fields.SECURITY_GROUP)
    // Interfaces come and go with every task; the network reads those that it does not know.
    this.networkInterfaces = table(
      'network-interfaces',
      fields.NETWORK_INTERFACE,
      (before, after) => {
        const moved = before?.groupIds !== after?.groupIds || before?.publicIp !== after?.publicIp
        if (before !== undefined && after !== undefined && moved) policyChanged()
      },
    )
    this.vpcEndpoints = table('vpc-endpoints', fields.VPC_ENDPOINT)
    this.networkAcls = table('network-acls', fields.NETWORK_ACL)
    this.dhcpOptions = table('dhcp-options', fields.DHCP_OPTIONS)
    this.#tags = context.store.collection('ec2/tags')
    this.#publicIps = context.store.collection('ec2/public-ips')
  }

  /** What a Describe operation returns of a table, one page. */
  describe<T extends Ec2Record>(
    table: Table<T>,
    region: string,
    request: DescribeRequest,
  ): Page<T> {
    return describeTable(table, { ...request, region, facts: this })
  }

  get ownerId(): string {
    return this.context.accountId
  }

  now(): number {
    return this.context.clock.now()
  }

  /** A new id of that kind: `vpc-` and 17 hexadecimal digits. */
  newId(prefix: string): string {
    return `${prefix}-${this.context.random.hex(9).slice(0, 17)}`
  }

  /** A public address that nobody has, of a block that is routed nowhere (RFC 2544). */
  newPublicIp(): string {
    for (;;) {
      const number = Number.parseInt(this.context.random.hex(3), 16)
      const ip = `198.${18 + ((number >> 16) & 1)}.${(number >> 8) & 255}.${number & 255}`
      if (this.#publicIps.has(ip)) continue
      this.#publicIps.put(ip, { ip })
      return ip
    }
  }

  releasePublicIp(ip: string): void {
    this.#publicIps.delete(ip)
  }

  tagsOf(region: string, id: string): Readonly<Record<string, string>> {
    return this.#tags.get(`${region}/${id}`)?.tags ?? {}
  }

  /** The tags in the SDK's form. */
  tagList(region: string, id: string): Tag[] {
    return Object.entries(this.tagsOf(region, id)).map(([Key, Value]) => ({ Key, Value }))
  }

  setTags(region: string, id: string, tags: Readonly<Record<string, string>>): void {
    if (Object.keys(tags).length === 0) this.#tags.delete(`${region}/${id}`)
    else this.#tags.put(`${region}/${id}`, { id, region, tags })
  }

  /** Every resource of the region that has tags. */
  tagged(region: string): TagsRecord[] {
    return [...this.#tags.values()].filter((record) => record.region === region)
  }

  /** Stores a new record with the tags that its Create request gives to its kind. */
  create<T extends Ec2Record>(
    table: Table<T>,
    record: T,
    specifications?: readonly TagSpecification[],
  ): T {
    table.put(record)
    this.setTags(record.region, record.id, tagsFor(table.resourceType, specifications))
    return record
  }

  delete<T extends Ec2Record>(table: Table<T>, record: T): void {
    table.delete(record)
    this.setTags(record.region, record.id, {})
  }

  arn(region: string, resource: string): string {
    return `arn:aws:ec2:${region}:${this.ownerId}:${resource}`
  }

  /** The type of the resource of that id, as TagSpecifications spell it, when there is one. */
  resourceType(region: string, id: string): string | undefined {
    if (id.startsWith('sgr-')) {
      const [group] = this.securityGroups.by(region, 'rule-id', id)
      return group === undefined ? undefined : 'security-group-rule'
    }
    const tables = [
      this.vpcs,
      this.subnets,
      this.internetGateways,
      this.addresses,
      this.natGateways,
      this.routeTables,
      this.securityGroups,
      this.networkInterfaces,
      this.vpcEndpoints,
      this.networkAcls,
      this.dhcpOptions,
    ]
    return tables.find((table) => table.find(region, id) !== undefined)?.resourceType
  }
}

/** The tags that TagSpecifications give to resources of one type. */
export function tagsFor(
  resourceType: string,
  specifications: readonly TagSpecification[] | undefined,
): Record<string, string> {
  const wanted = specifications?.filter((s) => s.ResourceType === resourceType) ?? []
  return Object.fromEntries(
    wanted.flatMap(({ Tags }) => Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']),
  )
}
