const segmenter = new Intl.Segmenter()

/** The beginning of a text that could be of any length, for a list: strangers fill in forms, too. Cuts no emoji apart. */
export function shortened(text: string, signsMax: number): string {
  if (text.length <= signsMax) return text
  const signs = Array.from(segmenter.segment(text), ({ segment }) => segment)
  return signs.length <= signsMax ? text : `${signs.slice(0, signsMax - 1).join('')}…`
}
