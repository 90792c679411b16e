import { validationError } from '../errors.ts'
import type { Instance } from '../plan/instantiate.ts'
import type { StackOutput, StackRecord } from '../records.ts'
import { evaluate } from '../template/evaluate.ts'
import { scalarText } from '../template/value.ts'
import { maskSecrets } from '../template/no-echo.ts'

/** The outputs of an applied stack. */
export function stackOutputs({ active, scope }: Instance): StackOutput[] {
  return [...active.outputs].map(([key, output]) => {
    const value = evaluate(output.value, scope)
    if (value === undefined || value === null || typeof value === 'object')
      throw validationError(
        `Template format error: Output ${key} is malformed. ` +
          'The Value field of every Outputs member must evaluate to a String.',
      )
    const name = output.exportName === undefined ? undefined : evaluate(output.exportName, scope)
    return {
      key,
      value: maskSecrets(String(value)),
      description: output.description,
      exportName: name === undefined ? undefined : scalarText(name),
    }
  })
}

/** Refuses exports that another stack has, and the loss of exports that another stack uses. */
export function checkExports(
  stack: StackRecord,
  outputs: readonly StackOutput[],
  others: readonly StackRecord[],
): void {
  const names = new Set(outputs.flatMap(({ exportName }) => exportName ?? []))
  for (const other of others)
    for (const { exportName } of other.outputs)
      if (exportName !== undefined && names.has(exportName))
        throw validationError(
          `Export with name ${exportName} is already exported by stack ${other.stackName}`,
        )
  const lost = stack.outputs.find(({ exportName, value }) => {
    if (exportName === undefined) return false
    const kept = outputs.find((output) => output.exportName === exportName)
    return kept?.value !== value && importersOf(exportName, others).length > 0
  })
  if (lost?.exportName === undefined) return
  const users = importersOf(lost.exportName, others).join(' and ')
  const verb = names.has(lost.exportName) ? 'updated' : 'deleted'
  throw validationError(`Export ${lost.exportName} cannot be ${verb} as it is in use by ${users}`)
}

/** Names of the stacks that import an export. */
export function importersOf(exportName: string, stacks: readonly StackRecord[]): string[] {
  return stacks.filter(({ imports }) => imports.includes(exportName)).map((s) => s.stackName)
}
