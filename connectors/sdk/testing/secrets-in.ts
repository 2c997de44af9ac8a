import type { AnyConnector } from '../define-connector.ts'

/** The values of every field that the connector's form marks as secret. */
export function secretsIn(connector: AnyConnector, auth: Record<string, unknown>): string[] {
  return Object.entries(connector.auth.fields.shape).flatMap(([name, schema]) => {
    const value = auth[name]
    return isSecret(schema) && typeof value === 'string' && value !== '' ? [value] : []
  })
}

function isSecret(schema: unknown): boolean {
  if (
    typeof schema !== 'object' ||
    schema === null ||
    !('meta' in schema) ||
    typeof schema.meta !== 'function'
  )
    return false
  const meta: unknown = schema.meta()
  return typeof meta === 'object' && meta !== null && 'secret' in meta && meta.secret === true
}
