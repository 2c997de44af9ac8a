import { isEventName } from '#sdk'
import { findGaps } from '../../mappings/find-gaps.ts'
import { compileMapping } from '../../mappings/mapping.ts'
import type { WorkspaceDeps } from '../deps.ts'
import type { FlowGap } from './flow-errors.ts'
import { conditionSchema } from './flow.ts'
import type { FlowDefinition, FlowStep } from './flow.ts'

type Deps = Pick<WorkspaceDeps, 'connections' | 'connectors' | 'mappings' | 'formulas'>

/** Everything that would make a flow fail for a real event, in the order of the page. Empty: it can be published. */
export async function findFlowGaps(deps: Deps, definition: FlowDefinition): Promise<FlowGap[]> {
  const gaps = [...(await triggerGaps(deps, definition)), ...filterGaps(definition)]
  if (definition.steps.length === 0) {
    gaps.push({ code: 'no_steps', subject: '', message: 'Add a step: a flow without one would do nothing.' })
  }
  const earlier = new Set<string>()
  for (const step of definition.steps) {
    if (earlier.has(step.id)) {
      const message = `Two steps have the id ${step.id}. Leave the id out for a new step; the hub gives it one.`
      gaps.push({ stepId: step.id, code: 'step_twice', subject: step.id, message })
    }
    gaps.push(...(await stepGaps(deps, step, earlier)))
    earlier.add(step.id)
  }
  return gaps
}

async function triggerGaps({ connections }: Deps, { trigger }: FlowDefinition): Promise<FlowGap[]> {
  const none: FlowGap[] =
    trigger.events.length > 0
      ? []
      : [{ code: 'no_events', subject: '', message: 'Choose what has to happen for the flow to start.' }]
  const unknown = trigger.events
    .filter((name) => !isEventName(name))
    .map((name): FlowGap => ({
      code: 'event_unknown',
      subject: name,
      message: `No event is ever called “${name}”. Choose one of the vocabulary.`,
    }))
  if (!trigger.connectionId || (await connections.find(trigger.connectionId))) return [...none, ...unknown]
  const message = 'The connection that the flow listens to is no longer there. Choose another one.'
  return [...none, ...unknown, { code: 'source_missing', subject: trigger.connectionId, message }]
}

/** Stored by a former release, which took conditions that can never hold. */
function filterGaps({ filter }: FlowDefinition): FlowGap[] {
  const parsed = conditionSchema.optional().safeParse(filter)
  return (parsed.error?.issues ?? []).map(({ path, message }) => ({
    code: 'filter_unusable',
    subject: path.join('.'),
    message: `The condition cannot be used as it is: ${message}`,
  }))
}

async function stepGaps(deps: Deps, step: FlowStep, earlier: ReadonlySet<string>): Promise<FlowGap[]> {
  const gap = (code: FlowGap['code'], subject: string, message: string): FlowGap => ({
    stepId: step.id,
    code,
    subject,
    message,
  })
  const title = step.name ? `“${step.name}”` : `step ${step.id}`
  const connection = await deps.connections.find(step.connectionId)
  if (!connection) {
    return [
      gap(
        'connection_missing',
        step.connectionId,
        `The connection of ${title} is no longer there. Choose another one.`,
      ),
    ]
  }
  const action = deps.connectors.get(connection.connectorId)?.actions[step.actionId]
  if (!action) {
    return [
      gap(
        'action_missing',
        step.actionId,
        `${connection.name} cannot do what ${title} asks for. Choose another action.`,
      ),
    ]
  }
  const mapping = await deps.mappings.find(step.mappingId)
  if (!mapping) return [gap('mapping_missing', step.mappingId, `Choose a mapping for ${title}.`)]
  if (mapping.connectorId !== connection.connectorId || mapping.actionId !== step.actionId) {
    const message = `The mapping “${mapping.name}” is made for another action than ${title}. Choose one that is made for it.`
    return [gap('mapping_of_other_action', mapping.id, message)]
  }

  const unmapped = findGaps(mapping.fields, action.input).map(({ field, label }) =>
    gap('field_unmapped', field, `Map “${label}” before you turn this flow on.`),
  )
  const formulas = await Promise.all(
    Object.entries(mapping.fields).map(async ([field, { source }]) => {
      if (source.kind !== 'formula') return []
      const check = await deps.formulas.check(source.expression)
      return check.ok
        ? []
        : [gap('formula_unreadable', field, `The formula of “${field}” cannot be read: ${check.message}`)]
    }),
  )
  const { onlyIfEmpty, readsSteps } = compileMapping(mapping.fields)
  const filled = action.current
    ? []
    : onlyIfEmpty.map((field) => {
        const message = `“Only if empty there” does not work for “${field}”: ${connection.name} cannot say what it holds. Choose “never send a blank”.`
        return gap('cannot_keep_filled', field, message)
      })
  const later = readsSteps
    .filter((id) => id !== '*' && !earlier.has(id))
    .map((id) =>
      gap(
        'step_not_before',
        id,
        `The mapping of ${title} reads what step ${id} gave, which does not come before it.`,
      ),
    )
  return [...unmapped, ...formulas.flat(), ...filled, ...later]
}
