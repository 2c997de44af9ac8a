import { UnreadablePayload } from './unreadable-payload.ts'

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
