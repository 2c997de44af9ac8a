import { UnreadablePayload } from './unreadable-payload.ts'

/** The charset that a content type names: bare, quoted, or in the single quotes that some senders take for quotes. */
export function charsetOf(contentType: string): string | undefined {
  return /charset\s*=["'\s]*([^"';,\s]+)/i.exec(contentType)?.[1]
}

/** Text from bytes; a byte that does not belong to the encoding is an error, never a silent replacement mark. */
export function decodeText(bytes: Uint8Array, charset: string): string {
  const decoder = decoderOf(charset)
  try {
    return decoder.decode(bytes)
  } catch (error) {
    throw new UnreadablePayload('wrong_encoding', { encoding: charset }, { cause: error })
  }
}

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset, { fatal: true })
  } catch (error) {
    throw new UnreadablePayload('unknown_encoding', { encoding: charset }, { cause: error })
  }
}
