import type { TemplateMetadata } from './metadata.ts'

/** A CloudFormation template as JSON. */
export interface Template {
  readonly AWSTemplateFormatVersion: '2010-09-09'
  readonly Description: string
  readonly Metadata: { readonly Longshore: TemplateMetadata }
  readonly Parameters?: Readonly<Record<string, Parameter>>
  readonly Resources: Resources
  readonly Outputs?: Readonly<Record<string, Output>>
}

export interface Parameter {
  readonly Type: 'String'
  readonly Description: string
}

export type Resources = Readonly<Record<string, Resource>>

export interface Resource {
  readonly Type: string
  readonly DependsOn?: string | readonly string[]
  readonly CreationPolicy?: unknown
  readonly UpdatePolicy?: unknown
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
  readonly Metadata?: Readonly<Record<string, unknown>>
  readonly Properties?: Properties
}

export type Properties = Readonly<Record<string, unknown>>

export interface Output {
  readonly Description: string
  readonly Value: Value
}

/** Text, or a function that CloudFormation evaluates to text. */
export type Value = string | Ref | GetAtt | Sub | Join | Select

export interface Ref {
  readonly Ref: string
}
export interface GetAtt {
  readonly 'Fn::GetAtt': readonly [logicalId: string, attribute: string]
}
export interface Sub {
  readonly 'Fn::Sub': string
}
export interface Join {
  readonly 'Fn::Join': readonly [separator: string, parts: readonly Value[]]
}
export interface Select {
  readonly 'Fn::Select': readonly [index: number, list: unknown]
}

export function ref(logicalId: string): Ref {
  return { Ref: logicalId }
}

export function getAtt(logicalId: string, attribute: string): GetAtt {
  return { 'Fn::GetAtt': [logicalId, attribute] }
}

/** `${LogicalId}` and `${LogicalId.Attribute}` in the text are filled in. */
export function sub(text: string): Sub {
  return { 'Fn::Sub': text }
}

export function join(separator: string, parts: readonly Value[]): Join {
  return { 'Fn::Join': [separator, parts] }
}

/** The properties that are set: a template does not say what it leaves to AWS. */
export function given(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => isGiven(value)))
}

function isGiven(value: unknown): boolean {
  if (value === undefined) return false
  return !Array.isArray(value) || value.length > 0
}

export function nameTag(name: string): readonly { Key: string; Value: string }[] {
  return [{ Key: 'Name', Value: name }]
}
