import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { startApi } from '../graphql/testing/start-api.ts'
import type { Api } from '../graphql/testing/start-api.ts'
import { made } from '../graphql/testing/furnish-workspace.ts'
import { contactForMapping } from '../pipeline/mapping-input.ts'

let api: Api
let hookUrl: string
let round = 0

beforeAll(async () => {
  api = await startApi()
  const created = await made(
    api.ops,
    'mutation { createConnection(connectorId: "webhook", name: "Forms", credentials: {}) { ... on Connection { id hookUrl } } }',
  )
  hookUrl = created.hookUrl
})
afterAll(() => api.close())
beforeEach(() => void round++)

const REVIEW = `id decision { belongsTo { id } decidedBy }
  contacts { id } chosen { id } claims { type value owner { id email } }`

async function arrive(contact: Record<string, string>, id: string): Promise<void> {
  const body = JSON.stringify({ id: `${id}-${round}`, type: 'contact.updated', contact })
  const response = await fetch(hookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  expect(response.status).toBe(202)
  await api.hub.settled()
}

/** Ada is known by her id, Bo by an address; then something comes with both. */
async function inDoubt() {
  const [id, mail] = [`crm-${round}`, `bo-${round}@example.com`]
  await arrive({ external_id: id, email: `ada-${round}@example.com` }, 'ada')
  await arrive({ email: mail }, 'bo')
  await arrive({ external_id: id, email: mail }, 'both')
  const { data } = await api.viewer(`{ identityReviews(isDecided: false) { items { ${REVIEW} } } }`)
  const review = data.identityReviews.items[0]
  const [ada, bo] = [await whoHas(`ada-${round}@example.com`), await whoHas(mail)]
  expect(review.contacts).toEqual(expect.arrayContaining([{ id: ada.id }, { id: bo.id }]))
  return { review, ada, bo, mail, id }
}

async function whoHas(email: string) {
  const { data } = await api.marketer(
    `{ findContact(email: "${email}") { id email identities { type value } changes { items { changes { field old new } } } } }`,
  )
  return data.findContact
}

const decide = (id: string, belongsTo?: string) =>
  api.marketer(
    `mutation { decideReview(id: "${id}"${belongsTo ? `, belongsTo: "${belongsTo}"` : ''}) {
      ... on IdentityReview { ${REVIEW} } ... on HubError { code message } } }`,
  )

it('shows whose the identifiers are, to a viewer without the values', async () => {
  const { review, ada, bo } = await inDoubt()
  expect(review.claims).toEqual([
    { type: 'external_id', value: expect.stringContaining('•'), owner: { id: ada.id, email: 'a•••@•••' } },
    { type: 'email', value: 'b•••@•••', owner: { id: bo.id, email: 'b•••@•••' } },
  ])
  await decide(review.id)
})

it('lists none for a contact whose id was left empty by mistake, and not those of everybody', async () => {
  const { review, ada } = await inDoubt()
  const { data } = await api.viewer(`{
    ofAda: identityReviews(contactId: "${ada.id}") { count }
    ofNobody: identityReviews(contactId: "") { count items { id } }
  }`)
  expect(data).toEqual({ ofAda: { count: 1 }, ofNobody: { count: 0, items: [] } })
  await decide(review.id)
})

it('leaves everybody their own where they are different people, and asks no more', async () => {
  const { review, bo, mail } = await inDoubt()
  expect((await decide(review.id)).data.decideReview.decision).toMatchObject({ belongsTo: null })
  expect((await whoHas(mail)).id).toBe(bo.id)
  const { data } = await api.viewer('{ identityReviews(isDecided: false) { count } }')
  expect(data.identityReviews.count).toBe(0)
  expect((await decide(review.id)).data.decideReview).toMatchObject({ code: 'review_decided' })
})

it('gives all identifiers to the one they belong to, and says so with both contacts', async () => {
  const { review, ada, bo, mail } = await inDoubt()
  const { data } = await decide(review.id, ada.id)
  expect(data.decideReview.decision).toMatchObject({ belongsTo: { id: ada.id } })
  const owner = await whoHas(mail)
  expect(owner).toMatchObject({ id: ada.id, email: `ada-${round}@example.com` })
  expect(owner.changes.items[0].changes).toEqual([{ field: 'identity.email', old: null, new: mail }])
  const loser = await api.marketer(`{ contact(id: "${bo.id}") { email identities { value } } }`)
  expect(loser.data.contact).toEqual({ email: null, identities: [] })

  await arrive({ email: mail }, 'later')
  const { data: after } = await api.viewer(`{ contact(id: "${ada.id}") { events { count } } }`)
  // By her id, by both, and by the address that is hers by now.
  expect(after.contact.events.count).toBe(3)
})

it('lets two people lose their last identifier, each by itself', async () => {
  for (const _each of [1, 2]) {
    const { review, ada, bo } = await inDoubt()
    await decide(review.id, ada.id)
    const { data } = await api.marketer(`{ contact(id: "${bo.id}") { identities { value } } }`)
    expect(data.contact.identities).toEqual([])
    round++
  }
})

it('finishes what a crash has left half done', async () => {
  const { review, ada, bo, mail } = await inDoubt()
  // Taken from the one, not yet given to the other.
  const { contacts } = api.hub.deps.storesOf((await api.hub.deps.workspaces.all())[0]!.id)
  const owner = (await contacts.find(bo.id))!
  const { email: _email, ...rest } = owner
  await contacts.replace({ ...rest, identities: [], revision: owner.revision + 1 }, owner.revision)
  expect(await whoHas(mail)).toBeNull()
  await decide(review.id, ada.id)
  expect((await whoHas(mail)).id).toBe(ada.id)
})

it('gives nothing to somebody whom it is not about', async () => {
  const { review } = await inDoubt()
  await arrive({ email: `eve-${round}@example.com` }, 'eve')
  const eve = await whoHas(`eve-${round}@example.com`)
  expect((await decide(review.id, eve.id)).data.decideReview).toMatchObject({ code: 'input_invalid' })
  expect((await decide('evt_nowhere')).data.decideReview).toMatchObject({ code: 'review_not_found' })
})

it('sends nothing any more to an address that was taken away', async () => {
  const { review, ada, bo, mail } = await inDoubt()
  await decide(review.id, ada.id)
  const loser = await contacts().then((store) => store.find(bo.id))
  expect(contactForMapping(loser!)).not.toHaveProperty('email')
  const { data } = await api.marketer(
    `{ contact(id: "${bo.id}") { changes { items { changes { field old new } } } } }`,
  )
  expect(data.contact.changes.items[0].changes).toEqual([
    { field: 'identity.email', old: mail, new: null },
    { field: 'email', old: mail, new: null },
  ])
})

it('sends nothing to an address that somebody was only said to have', async () => {
  const { review, ada, bo, mail } = await inDoubt()
  await decide(review.id, bo.id)
  const other = await contacts().then((store) => store.find(ada.id))
  expect(contactForMapping(other!)['email']).toBe(`ada-${round}@example.com`)
  expect(other!.profile).not.toHaveProperty('email')
  expect((await whoHas(mail)).id).toBe(bo.id)
})

it('does what the first of two people decides who decide differently at the same time', async () => {
  const { review, ada, bo } = await inDoubt()
  const answers = await Promise.all([decide(review.id, ada.id), decide(review.id, bo.id)])
  const decided = answers.map(({ data }) => data.decideReview)
  const [done, refused] = decided[0].code ? decided.toReversed() : decided
  expect(refused).toMatchObject({ code: 'review_decided' })
  const owners = done.claims.map(({ owner }: { owner: { id: string } }) => owner.id)
  const winner = done.decision.belongsTo.id
  expect(owners).toEqual([winner, winner])
  const [one, other] = await Promise.all(
    [ada, bo].map(({ id }) => contacts().then((store) => store.find(id))),
  )
  const loser = winner === ada.id ? other : one
  const own = winner === ada.id ? [] : [`ada-${round}@example.com`]
  expect(loser!.identities.map(({ value }) => value)).toEqual(own)
})

it('finishes what was decided before a crash, whatever is decided afterwards', async () => {
  const { review, ada, bo, mail } = await inDoubt()
  const { identityReviews } = api.hub.deps.storesOf((await api.hub.deps.workspaces.all())[0]!.id)
  const decision = { belongsTo: ada.id, decidedBy: 'somebody', decidedAt: new Date() }
  await identityReviews.claim(review.id, decision)
  expect((await decide(review.id, bo.id)).data.decideReview).toMatchObject({ code: 'review_decided' })
  expect((await whoHas(mail)).id).toBe(ada.id)
  expect((await identityReviews.find(review.id))?.decision).toMatchObject({ decidedBy: 'somebody' })
})

async function contacts() {
  return api.hub.deps.storesOf((await api.hub.deps.workspaces.all())[0]!.id).contacts
}
