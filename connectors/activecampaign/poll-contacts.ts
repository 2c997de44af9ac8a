import { definePoll, z } from '#sdk'
import { auth } from './auth.ts'

const pageSize = 100
/** How far back each round looks: for clocks that differ, and for what the vendor lists late. */
const overlapMs = 5 * 60_000

/** Where a round stands: what changed since `since` is asked for, page by page, by rising id. */
const cursorSchema = z.strictObject({
  since: z.iso.datetime(),
  /** The last id of the page before, and when the round began. Absent at the beginning of a round. */
  round: z.strictObject({ after: z.string(), began: z.iso.datetime() }).optional(),
})
type Cursor = z.output<typeof cursorSchema>

const page = z.looseObject({
  contacts: z.array(z.looseObject({ id: z.string(), udate: z.string().nullish() })),
})

/**
 * Who is new and who changed. ActiveCampaign has no webhook for a new contact, sends none for imports, and never tries
 * a failed one again (developers.activecampaign.com/page/webhooks, read 2026-02): this finds what is missing. The
 * first round begins now. Paging goes by id, because an offset shifts whenever somebody drops out of the answer.
 */
export const pollContacts = definePoll({
  auth,
  name: 'New and changed contacts',
  inbound: 'contacts',
  everyMs: 5 * 60_000,
  async fetch({ http, now }, told) {
    if (told === undefined) return { cursor: write({ since: now.toISOString() }) }
    const { since, round } = cursorSchema.parse(JSON.parse(told))
    const began = round?.began ?? now.toISOString()
    const lookBack = new Date(Date.parse(since) - overlapMs)
    const query = {
      'filters[updated_after]': lookBack.toISOString(),
      'orders[id]': 'ASC',
      id_greater: round?.after ?? '0',
      limit: pageSize,
    }
    const answer = page.parse(await http.get('api/3/contacts', { query }).json())
    const last = answer.contacts.at(-1)
    const more = answer.contacts.length === pageSize
    const cursor = write(last && more ? { since, round: { after: last.id, began } } : { since: began })
    // The filter is documented as a date; where it goes by days, what is older is left out here.
    const contacts = answer.contacts.filter(({ udate }) => !(Date.parse(udate ?? '') < lookBack.getTime()))
    if (contacts.length === 0) return { cursor, more }
    return { payload: { since: lookBack.toISOString(), contacts }, cursor, more }
  },
})

const write = (cursor: Cursor): string => JSON.stringify(cursor)
