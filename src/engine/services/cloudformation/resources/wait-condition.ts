import type { ResourceHandler } from './handler.ts'

/** The waiting itself is for signals, which the executor does for every resource that asks. */
const waitCondition: ResourceHandler = {
  type: 'AWS::CloudFormation::WaitCondition',
  async create({ stackId, logicalId }) {
    const id = `${stackId}/${logicalId}`
    return { physicalId: id, attributes: { Id: id, Data: '{}' } }
  },
  async delete() {
    // There is nothing but the record.
  },
}

const waitConditionHandle: ResourceHandler = {
  type: 'AWS::CloudFormation::WaitConditionHandle',
  async create({ endpoint, stackId, logicalId }) {
    const url = `${endpoint}/cloudformation-waitcondition/${encodeURIComponent(
      `${stackId}/${logicalId}`,
    )}`
    return { physicalId: url, attributes: { Id: url } }
  },
  async update() {
    // A handle has nothing to change.
  },
  async delete() {
    // There is nothing but the record.
  },
}

export const waitHandlers = [waitCondition, waitConditionHandle]
