import { z } from '#sdk'
import type { Http } from '#sdk'

const tag = z.looseObject({ id: z.string(), tag: z.string(), tagType: z.string().nullish() })
const found = z.looseObject({ tags: z.array(tag) })

/**
 * The number of a contact tag: ActiveCampaign's webhooks speak of tags by name, its API by number. The search finds
 * everything that contains the text, the closest first, and tags of templates among it.
 */
export async function findTagId(http: Http, name: string): Promise<string | undefined> {
  const query = { search: name, 'orders[search]': 'weight', limit: 100 }
  const { tags } = found.parse(await http.get('api/3/tags', { query }).json())
  const contactTags = tags.filter(({ tagType }) => tagType !== 'template')
  const same = contactTags.find(({ tag: text }) => text === name)
  const likely = same ?? contactTags.find(({ tag: text }) => text.toLowerCase() === name.toLowerCase())
  return likely?.id
}

/** The same, made where it does not exist yet. */
export async function requireTagId(http: Http, name: string): Promise<string> {
  const known = await findTagId(http, name)
  if (known) return known
  const json = { tag: { tag: name, tagType: 'contact', description: '' } }
  const answer = await http.post('api/3/tags', { json }).json()
  return z.looseObject({ tag: z.looseObject({ id: z.string() }) }).parse(answer).tag.id
}
