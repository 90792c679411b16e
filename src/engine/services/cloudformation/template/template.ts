import type { Value, ValueMap } from './value.ts'

/** A template whose form has been checked; its expressions have not been evaluated. */
export interface Template {
  readonly formatVersion: string | undefined
  readonly description: string | undefined
  readonly metadata: ValueMap | undefined
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>
  readonly mappings: Readonly<Record<string, ValueMap>>
  readonly conditions: Readonly<Record<string, Value>>
  readonly rules: Readonly<Record<string, RuleDeclaration>>
  readonly resources: Readonly<Record<string, ResourceDeclaration>>
  readonly outputs: Readonly<Record<string, OutputDeclaration>>
}

export interface ParameterDeclaration {
  readonly type: string
  readonly defaultValue: string | undefined
  readonly noEcho: boolean
  readonly description: string | undefined
  readonly allowedValues: readonly string[] | undefined
  readonly allowedPattern: string | undefined
  readonly constraintDescription: string | undefined
  readonly minLength: number | undefined
  readonly maxLength: number | undefined
  readonly minValue: number | undefined
  readonly maxValue: number | undefined
}

export type DeletionPolicy = 'Delete' | 'Retain' | 'Snapshot' | 'RetainExceptOnCreate'

export interface ResourceDeclaration {
  readonly type: string
  readonly properties: ValueMap
  readonly condition: string | undefined
  readonly dependsOn: readonly string[]
  readonly metadata: Value | undefined
  readonly creationPolicy: Value | undefined
  readonly updatePolicy: Value | undefined
  readonly deletionPolicy: Value | undefined
  readonly updateReplacePolicy: Value | undefined
}

export interface OutputDeclaration {
  readonly value: Value
  readonly description: string | undefined
  readonly condition: string | undefined
  readonly exportName: Value | undefined
}

export interface RuleDeclaration {
  readonly condition: Value | undefined
  readonly assertions: readonly { readonly assert: Value; readonly description: string }[]
}
