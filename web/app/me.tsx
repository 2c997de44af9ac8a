import { createContext, useContext } from 'react'
import { graphql } from '../graphql/graphql.ts'
import type { ResultOf } from '../graphql/graphql.ts'
import { roles } from './roles.ts'

export const MeQuery = graphql(`
  query Me {
    me {
      id
      name
      role
      user {
        id
        email
      }
      workspace {
        id
        name
      }
      memberships {
        role
        workspace {
          id
          name
        }
      }
    }
  }
`)

export type Me = NonNullable<ResultOf<typeof MeQuery>['me']>
export type Role = NonNullable<Me['role']>

const MeContext = createContext<Me | undefined>(undefined)
export const MeProvider = MeContext.Provider

/** Who is signed in. Every page inside the shell has somebody. */
export function useMe(): Me {
  const me = useContext(MeContext)
  if (!me) throw new Error('Nobody is signed in on this page.')
  return me
}

/** Whether whoever is signed in may do what this role may; each includes what the one before may. */
export function useMay(role: Role): boolean {
  const { role: mine } = useMe()
  return mine !== null && roles.indexOf(mine) >= roles.indexOf(role)
}
