/** Which of a person's events this is. The sender counts from 1 per person, so the receiver can tell the order. */
export interface Subject {
  kind: 'buyer' | 'lead'
  person: number
  sequence: number
}

export function printSubject({ kind, person, sequence }: Subject): string {
  return `${kind}-${person}-${sequence}`
}

export function parseSubject(text: string): Subject {
  const [kind, person, sequence] = text.split('-')
  if ((kind !== 'buyer' && kind !== 'lead') || !person || !sequence) {
    throw new Error(`"${text.slice(0, 100)}" is not what the sender sent.`)
  }
  return { kind, person: Number(person), sequence: Number(sequence) }
}
