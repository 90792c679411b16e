/** A CloudFormation resource that the definition has no word for, as CloudFormation writes it. */
export interface RawResource {
  readonly kind: 'raw'
  readonly logicalId: string
  readonly resource: RawResourceBody
}

export interface RawResourceBody {
  readonly Type: string
  readonly Properties?: Readonly<Record<string, unknown>>
  readonly DependsOn?: string | readonly string[]
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
  readonly CreationPolicy?: unknown
  readonly UpdatePolicy?: unknown
  readonly Metadata?: Readonly<Record<string, unknown>>
}

/** Puts `resource` into the template as it is, under `logicalId`. */
export function raw(logicalId: string, resource: RawResourceBody): RawResource {
  return { kind: 'raw', logicalId, resource }
}
