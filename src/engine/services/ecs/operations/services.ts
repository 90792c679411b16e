import type {
  CreateServiceCommandInput,
  DeleteServiceCommandInput,
  DescribeServicesCommandInput,
  ListServicesByNamespaceCommandInput,
  ListServicesCommandInput,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs'
import { lastPart } from '../../../../aws/arn.ts'
import type { Call, OperationTable } from '../../service.ts'
import { describeService } from '../describe-service.ts'
import { type EcsState, missing } from '../ecs-state.ts'
import { invalidParameter } from '../errors.ts'
import { page } from '../page.ts'
import type { ServiceRecord } from '../records.ts'
import type { ServiceScheduler } from '../service-scheduler.ts'
import { newService } from '../services/new-service.ts'
import { updatedService } from '../services/updated-service.ts'

const DESCRIBE_LIMIT = 10
const LIST_PAGE = 10

export function serviceOperations(state: EcsState, scheduler: ServiceScheduler): OperationTable {
  return {
    CreateService: async (input: CreateServiceCommandInput, call: Call) => {
      const service = await newService(state, input, call)
      state.putService(service)
      scheduler.wake(service)
      return { service: describeService(state, service) }
    },

    UpdateService: async (input: UpdateServiceCommandInput, call: Call) => {
      const service = await updatedService(state, input, call)
      state.putService(service)
      scheduler.wake(service)
      return { service: describeService(state, service) }
    },

    DeleteService: (input: DeleteServiceCommandInput, call: Call) => {
      const cluster = state.cluster(call, input.cluster)
      const service = state.service(cluster, input.service)
      if (service.desiredCount > 0 && input.force !== true) {
        throw invalidParameter('The service cannot be stopped while it is scaled above 0.')
      }
      const draining: ServiceRecord = { ...service, status: 'DRAINING', desiredCount: 0 }
      state.putService(draining)
      scheduler.wake(draining)
      return { service: describeService(state, draining) }
    },

    DescribeServices: (input: DescribeServicesCommandInput, call: Call) => {
      const cluster = state.cluster(call, input.cluster)
      const asked = input.services ?? []
      if (asked.length === 0) throw invalidParameter('Services cannot be empty.')
      if (asked.length > DESCRIBE_LIMIT)
        throw invalidParameter('Services can have at most 10 items.')
      const found = asked.map((name) => ({ name, service: state.findService(cluster, name) }))
      const tags = input.include?.includes('TAGS') === true
      return {
        services: found.flatMap(({ service }) =>
          service === undefined ? [] : [describeService(state, service, { tags })],
        ),
        failures: found
          .filter(({ service }) => service === undefined)
          .map(({ name }) => missing(state.arn(call, `service/${cluster.name}/${lastPart(name)}`))),
      }
    },

    ListServices: (input: ListServicesCommandInput, call: Call) => {
      const cluster = state.cluster(call, input.cluster)
      const arns = state
        .servicesIn(cluster)
        .filter(({ status }) => status === 'ACTIVE')
        .filter(({ deployments: [primary] }) =>
          input.launchType === undefined ? true : primary?.launchType === input.launchType,
        )
        .filter(() => (input.schedulingStrategy ?? 'REPLICA') === 'REPLICA')
        .map(({ arn }) => arn)
      const { items, nextToken } = page(arns, input, LIST_PAGE)
      return { serviceArns: items, nextToken }
    },

    /** There are no namespaces here, so none has services. */
    ListServicesByNamespace: (_input: ListServicesByNamespaceCommandInput) => ({ serviceArns: [] }),
  }
}
