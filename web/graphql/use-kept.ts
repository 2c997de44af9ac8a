import { useEffect, useRef } from 'react'

/** The last value there was: what goes on being shown while the next one is on its way. */
export function useKept<Value>(value: Value | undefined): Value | undefined {
  const kept = useRef(value)
  useEffect(() => {
    if (value !== undefined) kept.current = value
  })
  return value ?? kept.current
}
