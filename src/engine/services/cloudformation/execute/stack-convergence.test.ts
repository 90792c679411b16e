import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeServices } from '../testing/fake-services.ts'
import { StackDriver, parameter, topic } from '../testing/stack-driver.ts'

/** A resource of a random template: its kind, and which earlier ones it refers to. */
interface Node {
  readonly isTopic: boolean
  readonly text: string
  readonly name: string
  readonly uses: readonly number[]
}

const node: fc.Arbitrary<Node> = fc.record({
  isTopic: fc.boolean(),
  text: fc.constantFrom('x', 'y', 'z'),
  name: fc.constantFrom('one', 'two'),
  uses: fc.array(fc.nat({ max: 5 }), { maxLength: 2 }),
})

const template = fc.array(fc.option(node, { nil: undefined }), { minLength: 1, maxLength: 6 })

function resourcesOf(nodes: readonly (Node | undefined)[]): Record<string, object> {
  const resources: Record<string, object> = { Base: topic('base') }
  nodes.forEach((item, i) => {
    if (item === undefined) return
    const used = item.uses.filter((target) => target < i && nodes[target] !== undefined)
    const references = used.map((target) => `\${R${target}}`).join(' ')
    const value = { 'Fn::Sub': `${item.text} ${references}` }
    resources[`R${i}`] = item.isTopic
      ? {
          Type: 'AWS::SNS::Topic',
          Properties: { TopicName: `t${i}-${item.name}`, DisplayName: value },
        }
      : parameter(value)
  })
  return resources
}

/** What exists, without the random parts of names. */
function world(fakes: FakeServices): string[] {
  const plain = (text: string): string => text.replaceAll(/-[A-Z0-9]{12}\b/g, '')
  return [
    ...[...fakes.topics].map(([arn, { DisplayName }]) => plain(`${arn} ${DisplayName}`)),
    ...[...fakes.parameters].map(([name, value]) => plain(`${name} ${value}`)),
  ].toSorted()
}

async function worldOf(nodes: readonly (Node | undefined)[]): Promise<string[]> {
  const stacks = new StackDriver()
  expect(await stacks.create('app', resourcesOf(nodes))).toBe('CREATE_COMPLETE')
  return world(stacks.fakes)
}

async function updateOrNothing(stacks: StackDriver, resources: object): Promise<string> {
  try {
    return await stacks.update('app', resources)
  } catch (error) {
    if (String(error).includes('No updates are to be performed')) return 'NOTHING'
    throw error
  }
}

test('an update leads to the same world as creating the new template, and is then no change', () =>
  fc.assert(
    fc.asyncProperty(template, template, async (before, after) => {
      const stacks = new StackDriver()
      await stacks.create('app', resourcesOf(before))
      expect(await updateOrNothing(stacks, resourcesOf(after))).toMatch(/UPDATE_COMPLETE|NOTHING/)
      expect(world(stacks.fakes)).toEqual(await worldOf(after))
      expect(await updateOrNothing(stacks, resourcesOf(after))).toBe('NOTHING')
    }),
    { numRuns: 40 },
  ))

test('a failed update leaves the world as it was', () =>
  fc.assert(
    fc.asyncProperty(template, template, async (before, after) => {
      const stacks = new StackDriver()
      await stacks.create('app', resourcesOf(before))
      const was = world(stacks.fakes)
      stacks.fakes.failing.set('CreateTopic doomed', 'no')
      const resources = resourcesOf(after)
      const Doomed = topic('doomed', 'x', { DependsOn: Object.keys(resources) })
      expect(await stacks.update('app', { ...resources, Doomed })).toBe('UPDATE_ROLLBACK_COMPLETE')
      expect(world(stacks.fakes)).toEqual(was)
    }),
    { numRuns: 40 },
  ))

test('an engine that is killed in the middle converges after its restart', () =>
  fc.assert(
    fc.asyncProperty(
      template,
      template,
      fc.nat({ max: 400 }),
      fc.boolean(),
      async (before, after, killAtMs, isDoomed) => {
        const fakes = new FakeServices()
        let stacks = new StackDriver({ fakes })
        await stacks.create('app', resourcesOf(before))
        const was = world(fakes)
        if (isDoomed) fakes.failing.set('CreateTopic doomed', 'no')
        const resources = resourcesOf(after)
        const Doomed = topic('doomed', 'x', { DependsOn: Object.keys(resources) })
        slow(stacks, 0)
        await stacks.cloudformation.updateStack({
          StackName: 'app',
          TemplateBody: JSON.stringify({ Resources: { ...resources, Doomed } }),
        })
        await stacks.engine.clock.advance(killAtMs)
        stacks = await killAndRestart(stacks)
        const status = await stacks.settle('app')
        if (isDoomed) expect(world(fakes)).toEqual(was)
        else expect(world(fakes)).toContain('arn:aws:sns:us-east-1:000000000000:doomed x')
        expect(status).toBe(isDoomed ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_COMPLETE')
        fakes.failing.clear()
        await updateOrNothing(stacks, resources)
        expect(world(fakes)).toEqual(await worldOf(after))
      },
    ),
    { numRuns: 60 },
  ))

/** From now on calls take time, and those of an engine that was killed never end well. */
function slow(stacks: StackDriver, generation: number): void {
  const { fakes } = stacks
  const { clock } = stacks.engine
  fakes.generation = generation
  fakes.pause = async () => {
    await clock.sleep(7)
    if (fakes.generation !== generation) throw new Error('The engine was killed')
  }
}

async function killAndRestart(stacks: StackDriver): Promise<StackDriver> {
  const { fakes } = stacks
  const stopped = stacks.engine.services.get('cloudformation')?.stop?.()
  fakes.generation += 1
  await stacks.engine.clock.advance(100)
  await stopped
  fakes.pause = async () => {}
  const next = new StackDriver({ fakes, previous: stacks.engine })
  await next.engine.start()
  return next
}
