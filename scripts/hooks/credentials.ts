import type { AnyConnector } from '#sdk'
import { Mistyped } from '../command-line/mistyped.ts'
import { hookOf } from '../../connectors/sdk/testing/hook-of.ts'

type Credentials = Record<string, unknown>

/** A secret that every scheme can use, for a request that nobody else will check. */
export const madeUpSecret = 'whsec_c2VjcmV0LW9mLWEtcmVxdWVzdC1zaWduZWQtYnktaXRzZWxm'

/**
 * Credentials for checking and signing hooks: the form's defaults, what was `--set`, and the `--secret` in whichever
 * field the connector's signatures look for it. They are not checked against the form: to sign a hook nobody needs an
 * API key.
 */
export function credentialsFor(
  connector: AnyConnector,
  { set = {}, secret }: { set?: Credentials; secret?: string },
): Credentials {
  const given = { ...defaultsOf(connector), ...set }
  if (!secret) return given
  const field = secretFieldsOf(connector).find((name) =>
    opens(connector, { ...given, [name]: undefined }, { ...given, [name]: secret }),
  )
  if (field) return { ...given, [field]: secret }
  if (secret === madeUpSecret) return given
  throw new Mistyped(
    `${connector.name} checks nothing with a secret as it is set now. Say how requests prove themselves, ` +
      'such as --set incomingCheck=standard_webhooks.',
  )
}

/** `name=value` pairs of a command line, as fields of the connector's form. */
export function fieldsSet({ name, auth }: AnyConnector, pairs: readonly string[]): Credentials {
  const fields = new Map(fieldsOf(auth))
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw new Mistyped(`--set wants name=value, and got ${pair}.`)
      const field = pair.slice(0, at)
      const schema = fields.get(field)
      if (schema) return [field, taken(schema, pair.slice(at + 1), pair)]
      throw new Mistyped(
        `The form of ${name} has no field ${field}. ` +
          (fields.size > 0 ? `It has: ${[...fields.keys()].join(', ')}.` : 'It has none at all.'),
      )
    }),
  )
}

/** What the form would hold: a command line has texts alone, the form numbers and ticks as well. */
function taken(schema: Field, text: string, pair: string): unknown {
  const meant = schema.safeParse(text).success ? text : literalIn(text)
  const { error } = schema.safeParse(meant)
  if (error) throw new Mistyped(`The form would not take ${pair}. ${error.issues[0]?.message ?? ''}`.trim())
  return meant
}

function literalIn(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return Number.isNaN(Number(text)) ? text : Number(text)
}

function defaultsOf({ auth }: AnyConnector): Credentials {
  return Object.fromEntries(
    fieldsOf(auth).flatMap(([name, schema]) => {
      const parsed = schema.safeParse(undefined)
      return parsed.success && parsed.data !== undefined ? [[name, parsed.data]] : []
    }),
  )
}

function secretFieldsOf({ auth }: AnyConnector): string[] {
  return fieldsOf(auth).flatMap(([name, schema]) => (schema.meta()?.secret === true ? [name] : []))
}

interface Field {
  safeParse: (value: unknown) => {
    success: boolean
    data?: unknown
    error?: { issues: { message: string }[] } | undefined
  }
  meta: () => { secret?: unknown } | undefined
}

function fieldsOf({ fields }: AnyConnector['auth']): [string, Field][] {
  const { shape }: { shape: Record<string, Field> } = fields
  return Object.entries(shape)
}

/** Whether a signature that had no secret, or asked for none, now checks one. */
function opens(connector: AnyConnector, before: Credentials, after: Credentials): boolean {
  const nothing = hookOf({ body: '' })
  const checks = (signature: AnyConnector['inbound'][number]['signature'], credentials: Credentials) => {
    const verdict = signature.verify(nothing, [credentials])
    return !verdict.ok && verdict.reason.code !== 'secret_missing'
  }
  return connector.inbound.some(({ signature }) => !checks(signature, before) && checks(signature, after))
}
