import { resolve } from 'node:path'
import { loadSystem } from '../../system/load.ts'
import { toModel } from '../../system/model.ts'
import { toRegistryTemplate } from '../../template/registry-template.ts'
import { toTemplate } from '../../template/template.ts'
import { type Command, SYSTEM_OPTIONS } from '../command.ts'
import { printJson } from '../streams.ts'
import { LOCAL } from '../target.ts'

export const template: Command = {
  name: 'template',
  summary: "print the CloudFormation template that a definition becomes; it needs nobody's AWS",
  positionals: [{ name: 'DIR', summary: 'folder of the longshore.config.ts (default: this one)' }],
  options: {
    env: SYSTEM_OPTIONS.env,
    registry: { type: 'boolean', summary: "the repositories' own small template instead" },
  },
  examples: [
    { command: 'longshore template --env dev > template.json', does: 'to review, lint or diff it' },
  ],
  async run(call) {
    const loaded = await loadSystem(resolve(call.cwd, call.positionals[0] ?? '.'))
    const model = toModel(loaded.definition, call.value('env') ?? LOCAL)
    printJson(
      call.streams,
      call.flag('registry') ? toRegistryTemplate(model) : toTemplate(model, {}),
    )
    return 0
  },
}
