import { parse } from 'graphql'
import type { GraphQLSchema } from 'graphql'

/** Strangers have nothing to ask that takes more. */
const TOKENS_MAX = 300

/**
 * Whether a document asks for nothing but what is open to everybody. It is read before it is checked against the
 * schema, so that a stranger learns nothing from what is wrong with it; hence no fragments at its root.
 */
export function asksOnlyOpen(schema: GraphQLSchema, source: string): boolean {
  const document = parsed(source)
  const open = openFields(schema)
  return (
    document !== undefined &&
    document.definitions.every((definition) => {
      if (definition.kind === 'FragmentDefinition') return true
      if (definition.kind !== 'OperationDefinition') return false
      return definition.selectionSet.selections.every(
        (selection) =>
          selection.kind === 'Field' &&
          (selection.name.value === '__typename' ||
            open.has(`${definition.operation} ${selection.name.value}`)),
      )
    })
  )
}

function parsed(source: string): ReturnType<typeof parse> | undefined {
  try {
    return parse(source, { maxLexicalTokens: TOKENS_MAX })
  } catch {
    // Whatever is wrong with it, it asks for nothing that is open.
    return undefined
  }
}

const known = new WeakMap<GraphQLSchema, ReadonlySet<string>>()

/** Fields of the root types that the deny plugin has marked, as `query me`. */
function openFields(schema: GraphQLSchema): ReadonlySet<string> {
  const held = known.get(schema)
  if (held) return held
  const roots = { query: schema.getQueryType(), mutation: schema.getMutationType() }
  const open = new Set(
    Object.entries(roots).flatMap(([kind, root]) =>
      Object.values(root?.getFields() ?? {})
        .filter(({ extensions }) => extensions['isOpen'] === true)
        .map(({ name }) => `${kind} ${name}`),
    ),
  )
  known.set(schema, open)
  return open
}
