import { z } from 'zod'

/**
 * What one event says about a person. Everything is optional: a draft holds what the provider sent and nothing
 * else, so that silence never overwrites knowledge. A field the vocabulary has no name for belongs into `fields`.
 */
export const contactDraftSchema = z.strictObject({
  /** The provider's own id of the person; unique within the connection it came through. */
  external_id: z.string().min(1).optional(),
  /** A browser's id (cookie) from before the person had a name. */
  anonymous_id: z.string().min(1).optional(),
  /** As the provider wrote it; the hub lower-cases it to compare. */
  email: z.string().min(1).optional(),
  /** As the provider wrote it; the hub brings it into E.164 where it can. */
  phone: z.string().min(1).optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  full_name: z.string().optional(),
  gender: z.string().optional(),
  /** `YYYY-MM-DD`, a day without a zone. */
  birthday: z.iso.date().optional(),
  /** BCP 47, such as `pl` or `es-MX`. */
  locale: z.string().optional(),
  /** IANA name, such as `Europe/Kyiv`. */
  timezone: z.string().optional(),
  address: z
    .strictObject({
      street: z.string().optional(),
      city: z.string().optional(),
      region: z.string().optional(),
      postal_code: z.string().optional(),
      /** ISO 3166-1 alpha-2 where the provider knows it. */
      country: z.string().optional(),
    })
    .optional(),
  company: z
    .strictObject({
      external_id: z.string().optional(),
      name: z.string().optional(),
      domain: z.string().optional(),
      industry: z.string().optional(),
      employee_count: z.number().optional(),
      /** The person's job title there. */
      role_title: z.string().optional(),
      role_category: z.string().optional(),
    })
    .optional(),
  /** `subscriber`, `lead`, `mql`, `sql`, `opportunity`, `customer`, `evangelist`; or the provider's own word. */
  lifecycle_stage: z.string().optional(),
  owner: z.strictObject({ agent_id: z.string().optional(), team: z.string().optional() }).optional(),
  tags: z.array(z.string()).optional(),
  /** The person's page at the provider. */
  url: z.string().optional(),
  /** Everything else, under the provider's own names. */
  fields: z.record(z.string(), z.unknown()).optional(),
})

export type ContactDraft = z.output<typeof contactDraftSchema>

/** True when the draft says who it is about: one of the four ids that a person can be found by. */
export function isIdentified(contact: ContactDraft | undefined): boolean {
  return Boolean(contact?.external_id || contact?.anonymous_id || contact?.email || contact?.phone)
}
