import { withoutBlanks, z } from '#sdk'
import { idText } from '../contact.ts'
import { decodeEntities } from '../decode-entities.ts'
import { about, fact } from './fact-reader.ts'
import type { ReadFact } from './fact-reader.ts'
import { contextOf } from './visit-context.ts'

const maybeText = z.string().nullish()
const maybeId = idText.nullish().catch(undefined)
const template = z
  .looseObject({ id: maybeId, name: maybeText, subject: maybeText })
  .nullish()
  .catch(undefined)

/** What contacts and visitors do, and what is sent to them. */
export const activityFacts: Record<string, ReadFact> = {
  'mautic.form_on_submit': fact(
    z.looseObject({
      submission: z.looseObject({
        id: maybeId,
        form: z.looseObject({ id: idText, name: maybeText }),
        lead: z.unknown().optional(),
        trackingId: maybeText,
        referer: maybeText,
        ipAddress: z.unknown().optional(),
        results: z.record(z.string(), z.unknown()).catch({}),
      }),
    }),
    ({ submission: { id, form, lead, trackingId, referer, ipAddress, results } }, person) => {
      const fields = Object.fromEntries(Object.entries(results).map(([name, value]) => [name, plain(value)]))
      const properties = {
        form_id: form.id,
        fields,
        ...withoutBlanks({ form_name: form.name, submission_id: id, page_url: referer }),
      }
      const context = contextOf({ ipAddress, trackingId, url: referer })
      return [{ ...about(person(lead), { name: 'form.submitted', properties }), context, actor: 'contact' }]
    },
  ),
  'mautic.email_on_send': fact(
    z.looseObject({
      contact: z.unknown().optional(),
      email: template,
      idHash: maybeText,
      subject: maybeText,
    }),
    ({ contact, email, idHash, subject }, person) => {
      // One email to one person has a hash of its own; without it the template's number is all there is.
      const message_id = idHash || email?.id
      if (!message_id) return []
      const properties = withoutBlanks({
        message_id,
        template_id: email?.id,
        campaign_name: email?.name,
        subject: subject || email?.subject,
      })
      return [about(person(contact), { name: 'email.sent', properties })]
    },
  ),
  'mautic.email_on_open': fact(
    z.looseObject({
      stat: z.looseObject({
        id: maybeId,
        trackingHash: maybeText,
        emailAddress: maybeText,
        openCount: z.number().nullish().catch(undefined),
        ipAddress: z.unknown().optional(),
        lead: z.unknown().optional(),
        email: template,
      }),
    }),
    ({ stat: { id, trackingHash, emailAddress, openCount, ipAddress, lead, email } }, person) => {
      const message_id = trackingHash || id
      if (!message_id) return []
      const properties = withoutBlanks({
        message_id,
        // Mautic says nothing of who opened it.
        automated: 'none',
        first: typeof openCount === 'number' ? openCount === 1 : undefined,
        template_id: email?.id,
        campaign_name: email?.name,
        subject: email?.subject,
      })
      const contact = person(lead) ?? (emailAddress ? { email: emailAddress } : undefined)
      const context = contextOf({ ipAddress })
      return [{ ...about(contact, { name: 'email.opened', properties }), context, actor: 'contact' }]
    },
  ),
  'mautic.page_on_hit': fact(
    z.looseObject({
      hit: z.looseObject({
        url: z.string().min(1),
        urlTitle: maybeText,
        referer: maybeText,
        userAgent: maybeText,
        pageLanguage: maybeText,
        trackingId: maybeText,
        ipAddress: z.unknown().optional(),
        page: z.looseObject({ id: maybeId, title: maybeText }).nullish().catch(undefined),
        query: z.record(z.string(), z.unknown()).nullish().catch(undefined),
        lead: z.unknown().optional(),
      }),
    }),
    ({ hit: { url, urlTitle, referer, pageLanguage: locale, page, lead, ...visit } }, person) => {
      const title = urlTitle || page?.title
      const properties = withoutBlanks({ url, title, referrer: referer, content_id: page?.id })
      const context = contextOf({ ...visit, url, title, referrer: referer, locale })
      return [{ ...about(person(lead), { name: 'page.viewed', properties }), context, actor: 'contact' }]
    },
  ),
  'mautic.sms_on_send': fact(
    z.looseObject({ smsId: idText, contact: z.unknown().optional(), content: maybeText }),
    ({ smsId, contact, content }, person) => [
      about(person(contact), {
        name: 'sms.sent',
        properties: withoutBlanks({ message_id: smsId, body: content }),
      }),
    ],
  ),
}

const plain = (value: unknown): unknown => (typeof value === 'string' ? decodeEntities(value) : value)
