import { fingerprint, isIdentified, z } from '#sdk'
import type { EventDraft, Hook, NormaliseContext } from '#sdk'
import { contactOf } from '../property-names.ts'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
/** A property as it stands, or as the older contact JSON wraps it together with its history. */
const property = z.union([scalar, z.looseObject({ value: scalar })])

/**
 * What a workflow's *Send a webhook* posts: either the whole contact in the older form (`vid`, `properties.email.value`)
 * or the properties the author picked, side by side.
 */
export const workflowBody = z.looseObject({
  vid: z.union([z.number(), z.string()]).optional(),
  properties: z.record(z.string(), property).optional(),
})

export type WorkflowBody = z.output<typeof workflowBody>

/**
 * A workflow names nothing that would tell a second try from a second enrolment with the same values, and its
 * signature has no time. HubSpot tries again within a minute where the answer got lost; a person enrols again later.
 * So the same body counts once in ten minutes.
 */
export function workflowKey(_body: WorkflowBody, { body, receivedAt }: Hook): string {
  const window = Math.floor(receivedAt.getTime() / 600_000)
  return `${fingerprint(body)}:${window}`
}

/** A workflow's author names the step by adding a property `event_name`; otherwise it is `hubspot.workflow`. */
export function normaliseWorkflow(body: WorkflowBody, { receivedAt }: NormaliseContext): EventDraft[] {
  const { event_name: name, ...properties } = flatten(body)
  // `hs_object_id` is whatever the workflow is about; only with an email beside it that is surely a contact.
  const id = body.vid ?? ('email' in properties ? properties.hs_object_id : undefined)
  const contact = contactOf(id === undefined || id === null ? undefined : String(id), properties)
  const event: EventDraft = {
    name: 'custom.event',
    occurred_at: receivedAt.toISOString(),
    properties: { name: name || 'hubspot.workflow', properties },
    actor: 'automation',
  }
  return [isIdentified(contact) ? { ...event, contact } : event]
}

/** `properties.X.value`, else `properties.X`, else `X`; everything as text, as HubSpot means it. */
function flatten({ properties, ...beside }: WorkflowBody): Record<string, string | null> {
  const chosen = properties ?? beside
  return Object.fromEntries(
    Object.entries(chosen).flatMap(([name, held]): [string, string | null][] => {
      const parsed = property.safeParse(held)
      if (!parsed.success) return []
      const value = typeof parsed.data === 'object' && parsed.data !== null ? parsed.data.value : parsed.data
      return [[name, value === null ? null : String(value)]]
    }),
  )
}
