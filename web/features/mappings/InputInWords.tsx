import type { Json } from '../../graphql/graphql.ts'
import { isRecord } from '../../graphql/json.ts'
import { Facts } from '../../ui/Facts.tsx'
import { ValueInWords } from '../payload/ValueInWords.tsx'
import { choiceWords } from './choice-words.ts'
import { useDesk } from './desk.ts'

/** What the destination gets, field by field, as its form calls them. */
export function InputInWords({ input }: { input: Json }) {
  const { labelOf, fieldOf } = useDesk()
  const values = Object.entries(isRecord(input) ? input : {}).flatMap(([name, value]): [string, Json][] =>
    isRecord(value)
      ? Object.entries(value).map(([entry, inner]) => [`${name}.${entry}`, inner])
      : [[name, value]],
  )
  return (
    <Facts
      facts={values.map(([name, value]) => [
        labelOf(name),
        choiceWords(fieldOf(name), value) ?? <ValueInWords key={name} name={name} value={value} />,
      ])}
    />
  )
}
