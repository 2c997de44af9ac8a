import type {
  GraphQLArgument,
  GraphQLField,
  GraphQLInputType,
  GraphQLNamedType,
  GraphQLOutputType,
  GraphQLSchema,
} from 'graphql'

type AnyField = GraphQLField<unknown, unknown>

/*
 * Operations written from the schema, for tests that hold for every field there is. Types are told apart by what they
 * have and not by class, since the schema may come from another copy of graphql.
 */

export function rootFields(schema: GraphQLSchema, kind: 'query' | 'mutation' | 'subscription'): AnyField[] {
  const root =
    kind === 'query'
      ? schema.getQueryType()
      : kind === 'mutation'
        ? schema.getMutationType()
        : schema.getSubscriptionType()
  return Object.values(root?.getFields() ?? {})
}

/** Every field of every object type but those that GraphQL itself brings. */
export function objectFields(schema: GraphQLSchema): { type: GraphQLNamedType; field: AnyField }[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__') || !('getFields' in type) || !('getInterfaces' in type)) return []
    // An interface has no values of its own.
    if ('astNode' in type && type.constructor.name === 'GraphQLInterfaceType') return []
    return Object.values(type.getFields()).map((field) => ({ type, field: field as AnyField }))
  })
}

/** `{ field(args) { … } }`, with a value for every argument: `ids` for what takes an id, else something of its type. */
export function writeOperation(
  kind: 'query' | 'mutation' | 'subscription',
  field: AnyField,
  ids: (argument: string) => string = () => 'xxx_1',
  depth = 0,
): string {
  const args = field.args.map(
    (argument) => `${argument.name}: ${valueFor(argument.type, argument.name, ids)}`,
  )
  return `${kind} { ${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''} ${selection(field.type, depth)} }`
}

export function takesId(argument: GraphQLArgument): boolean {
  return named(argument.type).name === 'ID'
}

function selection(of: GraphQLOutputType, depth: number): string {
  const type = named(of)
  if ('getTypes' in type) {
    const members = type.getTypes().map((member) => `... on ${member.name} ${selection(member, depth)}`)
    return `{ __typename ${members.join(' ')} }`
  }
  if (!('getFields' in type)) return ''
  const fields = Object.values(type.getFields() as Record<string, AnyField>).flatMap((field, at) => {
    const inner = named(field.type)
    // Types of one union may have fields of the same name and other nullability: an alias keeps them apart.
    const name = `${type.name}_${at}: ${field.name}`
    if (!('getFields' in inner) && !('getTypes' in inner)) return [name]
    return depth > 0 ? [`${name} ${selection(field.type, depth - 1)}`] : []
  })
  return `{ __typename ${fields.join(' ')} }`
}

/** Where any text would end the call before it gets to the ids. */
const texts: Record<string, string> = { connectorId: 'webhook', actionId: 'httpRequest' }

function valueFor(of: GraphQLInputType, name: string, ids: (argument: string) => string): string {
  if ('ofType' in of) {
    const inner = valueFor(of.ofType, name, ids)
    return String(of).endsWith(']') ? `[${inner}]` : inner
  }
  if ('getValues' in of) return of.getValues()[0]?.name ?? ''
  if ('getFields' in of) {
    const fields = Object.values(of.getFields()).map(
      (field) => `${field.name}: ${valueFor(field.type, field.name, ids)}`,
    )
    return `{ ${fields.join(', ')} }`
  }
  switch (of.name) {
    case 'ID':
      return JSON.stringify(ids(name))
    case 'Int':
    case 'Float':
      return '1'
    case 'Boolean':
      return 'false'
    case 'DateTime':
      return '"2026-11-22T18:00:00Z"'
    case 'JSON':
      return '{}'
    default:
      return JSON.stringify(texts[name] ?? 'x')
  }
}

function named(type: GraphQLOutputType | GraphQLInputType): GraphQLNamedType {
  return 'ofType' in type ? named(type.ofType) : type
}
