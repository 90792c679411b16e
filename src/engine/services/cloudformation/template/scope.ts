import type { Value, ValueMap } from './value.ts'

/** What a change set shows for a value that only applying it will tell. */
export const KNOWN_AFTER_APPLY = '{{changeSet:KNOWN_AFTER_APPLY}}'

/** What an expression may look at while it is evaluated. */
export interface Scope {
  /** Values of parameters and pseudo parameters: `AWS::Region`, `VpcCidr`. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>
  /** Truth of each condition. */
  readonly conditions: Readonly<Record<string, boolean>>
  readonly mappings: Readonly<Record<string, ValueMap>>
  /** A resource as far as it is known; undefined when it is none of the stack's. */
  resource(logicalId: string): ResourceFacts | undefined
  /** The value of an export of this region; undefined when there is none. */
  exported(name: string): string | undefined
  /** Availability zones of a region. */
  zones(region: string): readonly string[]
}

export interface ResourceFacts {
  /** What `Ref` answers. */
  readonly ref: string
  /** What `Fn::GetAtt` answers, by attribute; undefined when the type has no such attribute. */
  attribute(name: string): Value | undefined
}
