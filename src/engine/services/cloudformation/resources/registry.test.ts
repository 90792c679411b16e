import { expect, test } from 'vitest'
import { resourceHandlers } from './registry.ts'
import { RESOURCE_TYPES } from './resource-types.ts'
import { schemaOf } from './schema.ts'

test('every resource type of the engine has a handler and a schema, and no other has', () => {
  expect([...resourceHandlers.keys()].toSorted()).toEqual(RESOURCE_TYPES.toSorted())
  for (const type of RESOURCE_TYPES) expect(schemaOf(type), type).toBeDefined()
})
