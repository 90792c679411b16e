import type { StackRecords } from './stack-records.ts'
import { factsOf } from './stack-context.ts'
import type { EngineContext } from '../../service.ts'
import type { StackDefinition, StackRecord } from '../records.ts'
import type { Instance } from '../plan/instantiate.ts'
import { instantiate } from '../plan/instantiate.ts'
import { parseTemplate } from '../template/parse-template.ts'
import { ssmValueType } from '../template/parameters.ts'
import type { Template } from '../template/template.ts'

type Identity = Pick<StackRecord, 'stackId' | 'stackName' | 'region'>

/** A stack's definition with everything that it refers to outside itself. */
export async function prepareInstance(
  engine: EngineContext,
  records: StackRecords,
  stack: Identity,
  definition: StackDefinition,
): Promise<Instance & { template: Template; imports: ReadonlySet<string> }> {
  const template = parseTemplate(definition.templateBody)
  const zones = await zonesOf(engine, stack.region, definition.templateBody)
  const exports = exportsOf(records, stack.region)
  const imports = new Set<string>()
  const instance = instantiate(
    template,
    definition,
    { ...stack, accountId: engine.accountId },
    {
      resource: (id) => factsOf(records.resources.get(stack.stackId, id)),
      exported: (name) => {
        imports.add(name)
        return exports.get(name)
      },
      zones: (region) => (region === stack.region ? zones : []),
    },
  )
  return { ...instance, template, imports }
}

async function zonesOf(engine: EngineContext, region: string, body: string): Promise<string[]> {
  if (!/GetAZs/.test(body)) return []
  const { AvailabilityZones = [] } = await engine.calls(region).ec2.describeAvailabilityZones({})
  return AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? [])
}

/** Export name → value, of every stack of the region. */
export function exportsOf(records: StackRecords, region: string): ReadonlyMap<string, string> {
  return new Map(
    [...records.stacks.values()]
      .filter((stack) => stack.region === region && stack.status !== 'DELETE_COMPLETE')
      .flatMap(({ outputs }) => outputs)
      .flatMap(({ exportName, value }) => (exportName === undefined ? [] : [[exportName, value]])),
  )
}

/** Looks up parameters of type `AWS::SSM::Parameter::Value<…>`. */
export async function resolveSsmParameters(
  engine: EngineContext,
  region: string,
  template: Template,
  values: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const resolved: Record<string, string> = {}
  for (const [name, { type }] of Object.entries(template.parameters)) {
    const value = values[name]
    if (ssmValueType(type) === undefined || value === undefined) continue
    const { Parameter } = await engine.calls(region).ssm.getParameter({ Name: value })
    resolved[name] = Parameter?.Value ?? ''
  }
  return resolved
}
