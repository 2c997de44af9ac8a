import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { shown, shownText } from '../graphql/mask.ts'
import { loadOptional } from '../graphql/loaders.ts'
import { listOf, pageArgs, pageComplexity, readPage } from '../graphql/page.ts'
import {
  ConnectionType,
  ContactChangePage,
  ContactChangeType,
  ContactPage,
  ContactType,
  EventPage,
  EventType,
  IdentityReviewPage,
  IdentityReviewType,
} from '../graphql/refs.ts'
import { InputInvalid } from '../input-invalid.ts'
import { claimsOf } from './claims-of.ts'
import { normalEmail, normalPhone } from './contact-identities.ts'
import type { Claim } from './contact-identities.ts'
import { identityKey } from './contact-store.ts'
import type { Contact, FieldValue, Identity } from './contact-store.ts'
import { decideReview } from './decide-review.ts'
import type { ReviewDecision } from './identity-review-store.ts'
import { ReviewDecided, ReviewNotFound } from './review-errors.ts'

const IdentityType = builder.objectRef<Identity>('Identity').implement({
  description: 'One of the names by which a person is known to some tool. Masked for viewers.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    type: t.string({
      description: 'external_id, email, phone or anonymous_id.',
      resolve: ({ type }) => type,
    }),
    value: t.string({ resolve: ({ value }, _args, { role }) => shownText(role, value) }),
    connection: t.field({
      type: ConnectionType,
      nullable: true,
      description: 'Where an external or anonymous id counts; addresses are the same everywhere.',
      resolve: ({ namespace }, _args, { load }) => (namespace ? load.connections.load(namespace) : undefined),
    }),
    firstSeenAt: t.expose('firstSeenAt', { type: 'DateTime' }),
    source: t.exposeString('source', { description: 'The id of the connection it came through.' }),
  }),
})

const ContactFieldType = builder.objectRef<FieldValue & { name: string }>('ContactField').implement({
  description: 'A field of a contact with where and when its value came from. Masked for viewers.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Dotted: first_name, company.name, fields.plan.' }),
    value: t.field({
      type: 'JSON',
      nullable: true,
      resolve: ({ value }, _args, { role }) => shown(role, value),
    }),
    source: t.exposeString('source'),
    changedAt: t.string({ resolve: ({ changedAt }) => changedAt }),
  }),
})

const FieldChangeType = builder
  .objectRef<{ field: string; old: unknown; new: unknown }>('FieldChange')
  .implement({
    description: 'One field before and after. Masked for viewers.',
    authScopes: { role: 'viewer' },
    fields: (t) => ({
      field: t.exposeString('field'),
      old: t.field({
        type: 'JSON',
        nullable: true,
        resolve: (change, _args, { role }) => shown(role, change.old),
      }),
      new: t.field({
        type: 'JSON',
        nullable: true,
        resolve: (change, _args, { role }) => shown(role, change.new),
      }),
    }),
  })

ContactChangeType.implement({
  description: 'What one event changed about a contact.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    event: t.field({
      type: EventType,
      nullable: true,
      resolve: ({ eventId }, _args, { load }) => load.events.load(eventId),
    }),
    source: t.exposeString('source'),
    revision: t.exposeInt('revision', { description: 'The contact’s revision after it.' }),
    changes: t.field({ type: [FieldChangeType], resolve: ({ changes }) => changes }),
    at: t.expose('at', { type: 'DateTime' }),
  }),
})

ContactType.implement({
  description: 'A person across all tools. Personal values are masked for viewers.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    email: t.string({
      nullable: true,
      resolve: ({ email }, _args, { role }) => email && shownText(role, email),
    }),
    phone: t.string({
      nullable: true,
      resolve: ({ phone }, _args, { role }) => phone && shownText(role, phone),
    }),
    identities: t.expose('identities', { type: [IdentityType] }),
    fields: t.field({
      type: [ContactFieldType],
      resolve: ({ profile }) => Object.entries(profile).map(([name, field]) => ({ name, ...field })),
    }),
    tags: t.exposeStringList('tags'),
    revision: t.exposeInt('revision', { description: 'Raised with every change.' }),
    mergedInto: t.field({
      type: ContactType,
      nullable: true,
      description: 'Everything addressed to this contact means that one.',
      resolve: ({ redirectTo }, _args, { load }) => loadOptional(load.contacts, redirectTo),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    changes: t.field({
      type: ContactChangePage,
      description: 'What changed, by which event.',
      args: pageArgs(t.arg),
      complexity: pageComplexity,
      resolve: ({ id }, args, { deps: { contactChanges } }) =>
        readPage(args, listOf(contactChanges, id), ({ at }) => at),
    }),
    events: t.field({
      type: EventPage,
      description: 'The timeline.',
      args: pageArgs(t.arg),
      complexity: pageComplexity,
      resolve: ({ id }, args, { deps: { events } }) =>
        readPage(args, listOf(events, { contactId: id }), ({ recordedAt }) => recordedAt),
    }),
  }),
})

const ReviewClaimType = builder.objectRef<Claim & { owner: Contact | undefined }>('ReviewClaim').implement({
  description: 'An identifier that an event in doubt carries. Masked for viewers.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    type: t.string({
      description: 'external_id, email, phone or anonymous_id.',
      resolve: ({ type }) => type,
    }),
    value: t.string({ resolve: ({ value }, _args, { role }) => shownText(role, value) }),
    owner: t.field({ type: ContactType, nullable: true, resolve: ({ owner }) => owner }),
  }),
})

const ReviewDecisionType = builder.objectRef<ReviewDecision>('ReviewDecision').implement({
  description: 'What a person made of identifiers that belonged to several contacts.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    belongsTo: t.field({
      type: ContactType,
      nullable: true,
      description: 'Whose they are since then; absent where everybody kept their own.',
      resolve: ({ belongsTo }, _args, { load }) => loadOptional(load.contacts, belongsTo),
    }),
    decidedBy: t.exposeString('decidedBy', { description: 'The id of the user or token, or operator.' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime' }),
  }),
})

for (const [errorClass, name, description] of [
  [ReviewNotFound, 'ReviewNotFound', 'The workspace has no such review.'],
  [ReviewDecided, 'ReviewDecided', 'Somebody has decided it already.'],
] as const) {
  builder.objectType(errorClass, {
    name,
    description,
    interfaces: [HubErrorType],
    authScopes: { signedIn: true },
  })
}

IdentityReviewType.implement({
  description:
    'An event whose identifiers belong to several contacts. Nothing was taken from anybody; a person decides.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    event: t.field({
      type: EventType,
      nullable: true,
      resolve: ({ eventId }, _args, { load }) => load.events.load(eventId),
    }),
    contacts: t.field({
      type: [ContactType],
      resolve: async ({ contactIds }, _args, { load }) =>
        (await Promise.all(contactIds.map((id) => load.contacts.load(id)))).flatMap((found) => found ?? []),
    }),
    claims: t.field({
      type: [ReviewClaimType],
      description: 'The identifiers that the event carries, and whose they are now.',
      complexity: 10,
      resolve: async (review, _args, { deps }) => {
        const claims = await claimsOf(deps, review)
        const owners = await deps.contacts.findByIdentities(claims.map(identityKey))
        return claims.map((claim) => ({
          ...claim,
          owner: owners.find(({ identities }) => identities.some((each) => isSame(each, claim))),
        }))
      },
    }),
    decision: t.expose('decision', {
      type: ReviewDecisionType,
      nullable: true,
      description: 'Absent until somebody decides.',
    }),
    chosen: t.field({
      type: ContactType,
      nullable: true,
      description: 'The contact that the event was counted to meanwhile.',
      resolve: ({ chosenId }, _args, { load }) => load.contacts.load(chosenId),
    }),
    at: t.expose('at', { type: 'DateTime' }),
  }),
})

builder.queryField('contacts', (t) =>
  t.field({
    type: ContactPage,
    description: 'People, those changed last first.',
    authScopes: { role: 'viewer' },
    args: pageArgs(t.arg),
    complexity: pageComplexity,
    resolve: (_root, args, { deps: { contacts } }) => readPage(args, contacts, ({ updatedAt }) => updatedAt),
  }),
)

builder.queryField('contact', (t) =>
  t.field({
    type: ContactType,
    nullable: true,
    authScopes: { role: 'viewer' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => deps.contacts.find(id),
  }),
)

builder.queryField('findContact', (t) =>
  t.field({
    type: ContactType,
    nullable: true,
    description: 'By email address, or by phone number with its country (+49…).',
    authScopes: { role: 'marketer' },
    args: { email: t.arg.string(), phone: t.arg.string() },
    resolve: (_root, args, { deps }) => {
      const email = normalEmail(args.email ?? undefined)
      if (email) return deps.contacts.findByAddress('email', email)
      const phone = normalPhone(args.phone ?? undefined, undefined)
      return phone ? deps.contacts.findByAddress('phone', phone) : undefined
    },
  }),
)

builder.queryField('identityReviews', (t) =>
  t.field({
    type: IdentityReviewPage,
    description: 'Events whose identifiers belong to several contacts, for a person to decide.',
    authScopes: { role: 'viewer' },
    args: {
      ...pageArgs(t.arg),
      isDecided: t.arg.boolean({ description: 'Left out: those that wait and those that are decided.' }),
      contactId: t.arg.id({ description: 'Only those about this contact.' }),
    },
    complexity: pageComplexity,
    resolve: (_root, { isDecided, contactId, ...args }, { deps: { identityReviews } }) => {
      const filter = {
        ...(isDecided === undefined || isDecided === null ? {} : { open: !isDecided }),
        ...(contactId === undefined || contactId === null ? {} : { contactId }),
      }
      return readPage(args, listOf(identityReviews, filter), ({ at }) => at)
    },
  }),
)

builder.mutationField('decideReview', (t) =>
  t.field({
    type: IdentityReviewType,
    description:
      'Ends the doubt about identifiers that belong to several contacts. What has happened so far stays where it was counted.',
    authScopes: { role: 'marketer' },
    errors: { types: [ReviewNotFound, ReviewDecided, InputInvalid] },
    args: {
      id: t.arg.id({ required: true }),
      belongsTo: t.arg.id({
        description:
          'The contact whose all of them are from now on. Left out: they are different people, and everybody keeps their own.',
      }),
    },
    resolve: (_root, { id, belongsTo }, { deps, actor }) =>
      decideReview(deps, id, belongsTo ?? undefined, actor),
  }),
)

function isSame(identity: Identity, claim: Claim): boolean {
  return identityKey(identity) === identityKey(claim)
}
