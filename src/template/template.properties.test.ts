import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findCycle } from '../system/check/find-cycle.ts'
import { toModel } from '../system/model.ts'
import { danglingReferences, dependencyGraph } from './testing/references.ts'
import { randomDefinition } from './testing/random-definition.ts'
import { toTemplate } from './template.ts'

const RUNS = { numRuns: 150 }

test('every reference of every template leads to something in it', () => {
  fc.assert(
    fc.property(randomDefinition, (definition) => {
      expect(danglingReferences(toTemplate(toModel(definition, 'dev'), {}))).toEqual([])
    }),
    RUNS,
  )
})

test('no template has a circle of dependencies', () => {
  fc.assert(
    fc.property(randomDefinition, (definition) => {
      expect(findCycle(dependencyGraph(toTemplate(toModel(definition, 'dev'), {})))).toBeUndefined()
    }),
    RUNS,
  )
})

test('the same definition and images give the same bytes', () => {
  fc.assert(
    fc.property(randomDefinition, (definition) => {
      const bytes = (): string => JSON.stringify(toTemplate(toModel(definition, 'dev'), {}))
      expect(bytes()).toBe(bytes())
    }),
    RUNS,
  )
})

test('what the metadata names is in the template', () => {
  fc.assert(
    fc.property(randomDefinition, (definition) => {
      const { Metadata, Resources, Parameters = {} } = toTemplate(toModel(definition, 'dev'), {})
      const { services, oneOffs, images, databases } = Metadata.Longshore
      const ids = [
        ...Object.values(services).flatMap((each) => [
          each.service,
          each.cluster,
          each.taskDefinition,
          ...each.logGroups,
          ...each.routes.flatMap(({ loadBalancer, listener }) => [loadBalancer, listener]),
        ]),
        ...Object.entries(oneOffs).flatMap(([id, each]) => [id, each.taskDefinition]),
        ...Object.values(databases).flatMap(({ instance, secret }) => [instance, secret]),
      ]
      expect(ids.filter((id) => !Object.hasOwn(Resources, id))).toEqual([])
      expect(Object.keys(images)).toEqual(Object.keys(Parameters))
    }),
    RUNS,
  )
})
