import { z } from '#sdk'

const key = z.looseObject({
  type: z.literal('service_account'),
  client_email: z.email(),
  private_key: z.string().includes('PRIVATE KEY'),
  private_key_id: z.string().optional(),
})

export interface ServiceAccountKey {
  issuer: string
  privateKey: string
  keyId?: string
}

/** What the JSON file that Google hands out says; nothing where the text is no such file. */
export function readKey(text: string): ServiceAccountKey | undefined {
  const parsed = key.safeParse(jsonIn(text))
  if (!parsed.success) return undefined
  const { client_email: issuer, private_key: privateKey, private_key_id: keyId } = parsed.data
  return { issuer, privateKey, ...(keyId ? { keyId } : {}) }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
