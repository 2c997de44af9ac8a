import i18next from 'i18next'
import { pathWords } from './field-words.ts'

/**
 * What a formula does, in a sentence’s words: `$default(contact.first_name, "friend")` is “Contact › First name”, or
 * “friend” where that is empty. Nothing where it does more than these words can say: then it has to be shown itself.
 */
export function formulaWords(expression: string): string | undefined {
  const tokens = tokensOf(expression)
  if (!tokens) return undefined
  const words = sumOf(tokens)
  if (words === undefined || tokens.length > 0) return undefined
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Functions that have words, by how many values they are given. */
const calls = new Set([
  'addTime.2',
  'default.2',
  'firstName.1',
  'floor.1',
  'fromMinor.2',
  'lastName.1',
  'localDate.2',
  'localTime.2',
  'max.1',
  'money.2',
  'phone.1',
  'text.1',
  'text.2',
])

type Token = { kind: 'text' | 'number' | 'call' | 'path' | 'sign'; text: string }

/** Of texts those that JSON has too: JSONata takes a line break within one as well. */
const token =
  /\s*(?:(?<text>"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(?<number>\d+(?:\.\d+)?)|\$(?<call>\w+)|(?<path>(?:`[^`]+`|[A-Za-z_]\w*)(?:\.(?:`[^`]+`|[A-Za-z_]\w*)|\[-?\d+\])*)|(?<sign>[&(),[\]]))\s*/y
const kinds = ['text', 'number', 'call', 'path', 'sign'] as const

function tokensOf(expression: string): Token[] | undefined {
  const found: Token[] = []
  token.lastIndex = 0
  while (token.lastIndex < expression.length) {
    const { groups } = token.exec(expression) ?? {}
    const kind = kinds.find((each) => groups?.[each] !== undefined)
    if (!groups || !kind) return undefined
    found.push({ kind, text: groups[kind] ?? '' })
  }
  return found
}

/** Values put behind each other by `&`. Takes from the front of the tokens what it has worded. */
function sumOf(tokens: Token[]): string | undefined {
  const parts: string[] = []
  do {
    const part = valueOf(tokens)
    if (part === undefined) return undefined
    parts.push(part)
  } while (takes(tokens, '&'))
  return parts.join(' + ')
}

function valueOf(tokens: Token[]): string | undefined {
  const first = tokens.shift()
  switch (first?.kind) {
    case 'text':
      return textWords(first.text)
    case 'number':
      return first.text
    case 'path': {
      const { group, parts } = pathWords(first.text)
      const whose = group === 'about' ? [] : [i18next.t(`mapping.group.${group}`)]
      return quoted([...whose, ...parts].join(' › '))
    }
    case 'call':
      return callOf(first.text, takes(tokens, '(') ? listUntil(')', tokens) : undefined)
    default:
      return first?.text === '[' ? wordsOfList(listUntil(']', tokens)) : undefined
  }
}

function listUntil(end: string, tokens: Token[]): string[] | undefined {
  const items: string[] = []
  do {
    const item = sumOf(tokens)
    if (item === undefined) return undefined
    items.push(item)
  } while (takes(tokens, ','))
  return takes(tokens, end) ? items : undefined
}

function callOf(name: string, values: string[] | undefined): string | undefined {
  const key = `${name}.${values?.length ?? 0}`
  const [a, b] = values ?? []
  return calls.has(key) ? i18next.t(`formulaWords.${key}`, { a, b }) : undefined
}

function wordsOfList(items: string[] | undefined): string | undefined {
  return items && new Intl.ListFormat(i18next.language).format(items)
}

function takes(tokens: Token[], sign: string): boolean {
  if (tokens[0]?.kind !== 'sign' || tokens[0].text !== sign) return false
  tokens.shift()
  return true
}

const units = { Y: 'year', M: 'month', W: 'week', D: 'day' } as const

/** A length of time such as `P2D` is said; any other text is quoted. */
function textWords(literal: string): string {
  const text: unknown = JSON.parse(literal)
  const length = /^P(?<count>\d+)(?<unit>[YMWD])$/.exec(String(text))?.groups
  const unit = (['Y', 'M', 'W', 'D'] as const).find((each) => each === length?.['unit'])
  return unit
    ? new Intl.NumberFormat(i18next.language, {
        style: 'unit',
        unit: units[unit],
        unitDisplay: 'long',
      }).format(Number(length?.['count']))
    : quoted(String(text))
}

function quoted(words: string): string {
  return i18next.t('formulaWords.quoted', { words })
}
