import { withoutBlanks, z } from '#sdk'

const text = z.string().nullish()
const moment = z.looseObject({ dateTime: text, date: text }).nullish()
/** Google has carried it out by now: nothing but the id is insisted on. */
const answer = z.looseObject({
  id: z.string(),
  htmlLink: text,
  hangoutLink: text,
  start: moment,
  end: moment,
})

/** What later steps of a flow may use of a meeting, from Google's answer. */
export function meetingOutput(event: unknown): Record<string, unknown> {
  const { id, htmlLink, hangoutLink, start, end } = answer.parse(event)
  return withoutBlanks({
    id,
    url: htmlLink,
    videoUrl: hangoutLink,
    start: start?.dateTime ?? start?.date,
    end: end?.dateTime ?? end?.date,
  })
}
