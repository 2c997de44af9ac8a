import { builder } from '../graphql/builder.ts'
import type { Loaders } from '../graphql/loaders.ts'
import { pageArgs, pageComplexity, readPage } from '../graphql/page.ts'
import { AuditEntryPage, AuditEntryType } from '../graphql/refs.ts'
import { PeriodInput } from '../graphql/shared.graphql.ts'

AuditEntryType.implement({
  description: 'Who changed what, when and from where. Never changed and never removed.',
  authScopes: { role: 'owner' },
  fields: (t) => ({
    id: t.exposeID('id'),
    at: t.expose('at', { type: 'DateTime' }),
    actor: t.exposeString('actor', { description: 'The id of a user or token, or operator.' }),
    actorName: t.exposeString('actorName', { description: 'Their name at that time.' }),
    action: t.exposeString('action', { description: 'The mutation.' }),
    subject: t.exposeString('subject', { description: 'The id of what it was about.' }),
    subjectName: t.string({
      nullable: true,
      description: 'What that is called now. Nothing where it has no name, or is no longer there.',
      resolve: ({ subject }, _args, { load }) => nameOf(subject, load),
    }),
    outcome: t.exposeString('outcome', {
      description: 'done, or the code of the reason why nothing was changed.',
    }),
    address: t.exposeString('address', { description: 'Where it came from.' }),
    userAgent: t.exposeString('userAgent', {
      nullable: true,
      description: 'What the browser or program calls itself.',
    }),
  }),
})

const AuditFilterInput = builder.inputType('AuditFilter', {
  fields: (t) => ({
    actor: t.id({ description: 'Of this user or token, or operator.' }),
    action: t.string({ description: 'Of this mutation.' }),
    subject: t.id({ description: 'About this.' }),
    at: t.field({ type: PeriodInput }),
  }),
})

builder.queryField('auditLog', (t) =>
  t.field({
    type: AuditEntryPage,
    description: 'Who changed what.',
    authScopes: { role: 'owner' },
    args: { filter: t.arg({ type: AuditFilterInput }), ...pageArgs(t.arg) },
    complexity: pageComplexity,
    resolve: (_root, { filter, ...args }, { deps: { audit } }) => {
      const { at, actor, action, subject } = filter ?? {}
      return readPage(args, audit.matching({ actor, action, subject, ...at }), (entry) => entry.at)
    },
  }),
)

async function nameOf(id: string, load: Loaders): Promise<string | undefined> {
  switch (id.slice(0, id.indexOf('_'))) {
    case 'con':
      return (await load.connections.load(id))?.name
    case 'flw':
      return (await load.flows.load(id))?.name
    case 'inv':
      return (await load.invitations.load(id))?.email
    case 'map':
      return (await load.mappings.load(id))?.name
    case 'tok':
      return (await load.tokens.load(id))?.name
    case 'usr':
      return (await load.members.load(id))?.user.name
    case 'viw':
      return (await load.views.load(id))?.name
    default:
      return undefined
  }
}
