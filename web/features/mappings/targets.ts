import { asText } from '../../graphql/json.ts'
import type { Json } from '../../graphql/json.ts'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf, ResultOf } from '../../graphql/graphql.ts'
import type { MappingFields } from './mapping-fields.ts'

export const TargetFields = graphql(`
  fragment TargetFields on FormField {
    name
    label
    help
    kind
    required
    choices
    choiceLabels
    otherwise
    suggest
    onlyFor {
      field
      values
    }
  }
`)

type FormField = ResultOf<typeof TargetFields>

/** A field of the destination that can get a value. */
export interface Target extends Omit<FormField, 'onlyFor' | 'otherwise'> {
  /** The destination no longer has it. */
  isGone: boolean
}

/** What can hold anything by name, such as “Other properties”. */
const holders: readonly FormField['kind'][] = ['object', 'any']

/**
 * The rows of the editor: what the destination needs, then what is mapped or was just added, in the order of its form,
 * and last what is mapped and has vanished there.
 */
export function targetRows(
  form: readonly FragmentOf<typeof TargetFields>[],
  fields: MappingFields,
  added: readonly string[],
): Target[] {
  const known = readFragment(TargetFields, form)
  const names = [...new Set([...Object.keys(fields), ...added])]
  const isShown = (name: string) => names.includes(name)
  const entriesOf = ({ name, label, kind, help }: FormField): Target[] =>
    !holders.includes(kind)
      ? []
      : names
          .filter((each) => each.startsWith(`${name}.`) && !known.some((field) => field.name === each))
          .map((each) => ({ ...anyTarget(each), label: within({ name, label }, each), help }))
  const required = known.filter((field) => field.required)
  const needed = required.filter((field) => isShown(field.name) || entriesOf(field).length === 0)
  const others = known.flatMap((field) => [
    ...(!field.required && isShown(field.name) ? [{ ...field, isGone: false }] : []),
    ...entriesOf(field),
  ])
  const listed = [...needed.map((field) => ({ ...field, isGone: false })), ...others]
  const gone = names.filter((name) => !listed.some((target) => target.name === name))
  return [...listed, ...gone.map((name) => ({ ...anyTarget(name), isGone: true }))]
}

/** What can be added: not mapped yet, and not out of the question because of what another field holds. */
export function openTargets(
  form: readonly FragmentOf<typeof TargetFields>[],
  fields: MappingFields,
  added: readonly string[],
): Target[] {
  const known = readFragment(TargetFields, form)
  const holds = (name: string): Json | undefined => {
    const source = fields[name]?.source
    if (source) return source.kind === 'fixed' ? source.value : undefined
    return known.find((field) => field.name === name)?.otherwise ?? undefined
  }
  return known
    .filter(({ name, required }) => !required && !fields[name] && !added.includes(name))
    .filter(({ onlyFor }) =>
      onlyFor.every(({ field, values }) => {
        const held = holds(field)
        return held === undefined || values.includes(asText(held))
      }),
    )
    .map((field) => ({ ...field, isGone: false }))
}

/** The field of the form that a row names, where there is such. */
export function fieldOf(
  form: readonly FragmentOf<typeof TargetFields>[],
  name: string,
): FormField | undefined {
  return readFragment(TargetFields, form).find((field) => field.name === name)
}

/** A target field in words, whether it has a row or not. */
export function labelOf(form: readonly FragmentOf<typeof TargetFields>[], name: string): string {
  const known = readFragment(TargetFields, form)
  const exact = known.find((field) => field.name === name)
  const holder = known.find((field) => name.startsWith(`${field.name}.`))
  return exact?.label ?? (holder ? within(holder, name) : name)
}

export function isHolder({ kind }: Pick<Target, 'kind'>): boolean {
  return holders.includes(kind)
}

function within({ name, label }: Pick<FormField, 'name' | 'label'>, entry: string): string {
  return `${label} › ${entry.slice(name.length + 1)}`
}

function anyTarget(name: string): Target {
  return {
    name,
    label: name,
    help: null,
    kind: 'any',
    required: false,
    choices: null,
    choiceLabels: null,
    suggest: [],
    isGone: false,
  }
}
