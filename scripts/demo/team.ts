import { z } from 'zod'
import { createColleague, PASSWORD } from './colleague.ts'
import type { Colleague } from './colleague.ts'

/** The people of the company, by what they may do. */
export interface Team {
  owner: Colleague
  ops: Colleague
  marketer: Colleague
}

const people = {
  owner: { name: 'Maya Lindqvist', email: 'maya@fernwick.example' },
  ops: { name: 'Jonas Adler', email: 'jonas@fernwick.example' },
  marketer: { name: 'Tola Bright', email: 'tola@fernwick.example' },
} as const

/** Becomes the owner by the link that the first start prints, and takes in two colleagues. */
export async function foundTeam(hubUrl: string, setUpLink: string): Promise<Team> {
  const owner = createColleague(hubUrl, people.owner)
  await owner.change(
    `mutation ($token: String!, $name: String!, $email: String!, $password: String!) {
      setUp(token: $token, name: $name, email: $email, password: $password, workspaceName: "Fernwick") {
        ... on SignedIn { __typename } ... on HubError { code message }
      }
    }`,
    { ...people.owner, password: PASSWORD, token: secretOf(setUpLink) },
  )
  const ops = createColleague(hubUrl, people.ops)
  const marketer = createColleague(hubUrl, people.marketer)
  await join(owner, ops, 'ops')
  await join(owner, marketer, 'marketer')
  return { owner, ops, marketer }
}

async function join(owner: Colleague, colleague: Colleague, role: string): Promise<void> {
  const token = secretOf(await invite(owner, colleague.email, role))
  await colleague.change(
    `mutation ($token: String!, $name: String!, $password: String!) {
      acceptInvitation(token: $token, name: $name, password: $password) {
        ... on SignedIn { __typename } ... on HubError { code message }
      }
    }`,
    { token, name: colleague.name, password: PASSWORD },
  )
}

/** Makes a link for one person; answers with it. */
export async function invite(owner: Colleague, email: string, role: string): Promise<string> {
  const made = await owner.change(
    `mutation ($email: String!, $role: Role!) {
      inviteMember(email: $email, role: $role) {
        ... on CreatedInvitation { url } ... on HubError { code message }
      }
    }`,
    { email, role },
  )
  return z.object({ url: z.string() }).parse(made).url
}

/** What stands behind the # of a link. */
const secretOf = (link: string): string => new URL(link).hash.slice(1)
