/**
 * Whether a value is a function of JSONata, its own or one written in a formula. JSONata keeps them as objects that lead
 * to its own inside: whatever looks into values has to leave them alone.
 */
export function isFunctionValue(value: unknown): boolean {
  if (typeof value === 'function') return true
  if (typeof value !== 'object' || value === null) return false
  return Boolean(Reflect.get(value, '_jsonata_lambda')) || Boolean(Reflect.get(value, '_jsonata_function'))
}
