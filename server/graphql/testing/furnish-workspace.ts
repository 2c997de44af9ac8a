import type { TestHub } from '../../testing/start-test-hub.ts'
import type { Ask } from './ask-api.ts'

/** Ids of one of each noun in a workspace. */
export interface Furnished {
  connection: string
  hookUrl: string
  mapping: string
  flow: string
  step: string
  receipt: string
  event: string
  contact: string
  run: string
  delivery: string
}

/** Takes the one thing out of a mutation's answer; fails with what the API said instead. */
export async function made(ask: Ask, mutation: string, variables: Record<string, unknown> = {}) {
  const answer = await ask(mutation, variables)
  const [result] = Object.values<{ id?: string; code?: string; message?: string }>(answer.data ?? {})
  if (answer.errors || !result || result.code) throw new Error(JSON.stringify(answer))
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into it freely.
  return result as any
}

const wrong = '... on HubError { code message }'

/**
 * Wires a workspace up as a person would, lets one request come in, and waits until it has gone out: afterwards there
 * is one of each noun. `marker` is in every name and in the contact's address.
 */
export async function furnishWorkspace(
  hub: Pick<TestHub, 'settled'>,
  ask: Ask,
  marker: string,
  destination: string,
): Promise<Furnished> {
  const connection = await made(
    ask,
    `mutation ($name: String!) {
      createConnection(connectorId: "webhook", name: $name, credentials: {}) { ... on Connection { id hookUrl } ${wrong} }
    }`,
    { name: `${marker} connection` },
  )
  const mapping = await made(
    ask,
    `mutation ($name: String!, $fields: JSON!) {
      createMapping(name: $name, connectorId: "webhook", actionId: "httpRequest", fields: $fields) {
        ... on Mapping { id } ${wrong}
      }
    }`,
    {
      name: `${marker} mapping`,
      fields: {
        url: { source: { kind: 'fixed', value: destination }, when: 'always' },
        'json.email': { source: { kind: 'field', path: 'event.contact.email' }, when: 'always' },
        'json.plan': { source: { kind: 'field', path: 'event.properties.plan' }, when: 'never_blank' },
      },
    },
  )
  const flow = await made(
    ask,
    `mutation ($name: String!, $definition: FlowDefinitionInput!) {
      createFlow(name: $name, definition: $definition) { ... on Flow { id draft { steps { id } } } ${wrong} }
    }`,
    {
      name: `${marker} flow`,
      definition: {
        trigger: { connectionId: connection.id, events: ['contact.created'] },
        steps: [{ connectionId: connection.id, actionId: 'httpRequest', mappingId: mapping.id }],
      },
    },
  )
  await made(ask, `mutation ($id: ID!) { publishFlow(id: $id) { ... on Flow { id } ${wrong} } }`, {
    id: flow.id,
  })

  await postContact(connection.hookUrl, `${marker}-1`, `${marker}@example.com`)
  await hub.settled()
  const { data } = await ask(`{
    deliveries { items { id run { id } event { id receipt { id } } contact { id } } }
  }`)
  const [delivery] = data.deliveries.items
  return {
    connection: connection.id,
    hookUrl: connection.hookUrl,
    mapping: mapping.id,
    flow: flow.id,
    step: flow.draft.steps[0].id,
    receipt: delivery.event.receipt.id,
    event: delivery.event.id,
    contact: delivery.contact.id,
    run: delivery.run.id,
    delivery: delivery.id,
  }
}

/** A sender says that a person is new. */
export async function postContact(
  hookUrl: string,
  id: string,
  email: string,
  properties: Record<string, unknown> = {},
): Promise<number> {
  const response = await fetch(hookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, type: 'contact.created', contact: { email }, ...properties }),
  })
  return response.status
}
