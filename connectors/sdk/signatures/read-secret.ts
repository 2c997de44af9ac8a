export type SecretEncoding = 'utf8' | 'base64' | 'hex'

/** Fewer decoded bytes than this can be guessed, and mostly are what is left of a text in another encoding. */
const bytesMin = 8

const alphabets = { base64: /^[A-Za-z0-9+/_-]+={0,2}$/, hex: /^(?:[0-9a-f]{2})+$/i }

/**
 * The bytes of a key, or undefined where the text is none of this encoding: decoding it all the same would make an empty
 * or very short key of a typing mistake, with which anybody can sign.
 */
export function readSecret(text: string, encoding: SecretEncoding): Buffer | undefined {
  if (encoding === 'utf8') return text === '' ? undefined : Buffer.from(text)
  if (!alphabets[encoding].test(text)) return undefined
  const bytes = Buffer.from(text, encoding)
  return bytes.length < bytesMin ? undefined : bytes
}
