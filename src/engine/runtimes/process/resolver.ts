import { RESOLVER_ADDRESS } from '../../network/addresses.ts'
import type { OutsideNames } from './outside-names.ts'
import { encodeReply, parseQuery, type Question, RCODE, type Reply, TYPE_A } from './dns-message.ts'

export interface ResolverOptions {
  readonly vpcId: string
  readonly names: OutsideNames
  /** Private names of the VPC. */
  readonly resolve: (name: string, vpcId: string) => string | undefined
  /** Whether this machine can resolve a name of the outside world. */
  readonly exists: (name: string) => Promise<boolean>
}

/** Short, as names of tasks and failed-over databases move. */
const TTL_SECONDS = 5

/** Answers one DNS query as the resolver of a VPC; undefined for what is no query. */
export async function answerQuery(
  message: Buffer,
  options: ResolverOptions,
): Promise<Buffer | undefined> {
  const question = parseQuery(message)
  if (question === undefined) return undefined
  return encodeReply(question, await replyTo(question, options))
}

async function replyTo({ name, type }: Question, options: ResolverOptions): Promise<Reply> {
  const address = await addressOf(name, options)
  if (address === undefined) return { rcode: RCODE.noSuchName, addresses: [], ttlSeconds: 0 }
  return {
    rcode: RCODE.noError,
    // A VPC without IPv6 has A records alone; the name exists nevertheless.
    addresses: type === TYPE_A ? [address] : [],
    ttlSeconds: TTL_SECONDS,
  }
}

/** What a name means in a VPC; undefined: nothing. */
export async function addressOf(
  name: string,
  options: ResolverOptions,
): Promise<string | undefined> {
  const own = options.resolve(name, options.vpcId)
  if (own !== undefined) return own
  if (name === 'localhost' || name.endsWith('.localhost')) return '127.0.0.1'
  if (!name.includes('.')) return undefined
  return (await options.exists(name)) ? options.names.addressOf(name) : undefined
}

export function resolverConfig(): string {
  return `nameserver ${RESOLVER_ADDRESS}\noptions timeout:2 attempts:2\n`
}
