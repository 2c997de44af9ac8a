import { createContext, useContext } from 'react'

/** A tool that values come from. */
export interface Origin {
  name: string
  logo: string | null
}

/** Where what a mapping reads comes from: the tool whose event it is, and earlier steps by their id. */
export interface Origins {
  source?: Origin | undefined
  steps: Readonly<Record<string, Origin>>
}

const OriginsContext = createContext<Origins>({ steps: {} })
export const OriginsProvider = OriginsContext.Provider

export function useOrigins(): Origins {
  return useContext(OriginsContext)
}
