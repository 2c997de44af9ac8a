import { useEffect, useEffectEvent, useState } from 'react'
import { useClient } from 'urql'
import { failureWords } from '../../app/failure-words.ts'
import { useMe } from '../../app/me.tsx'
import { graphql } from '../../graphql/graphql.ts'

const AddressQuery = graphql(`
  query NewHookAddress {
    newHookAddress {
      hookUrl
      ticket
    }
  }
`)

interface HookAddress {
  hookUrl: string
  ticket: string
}

/**
 * The address that a connection still to be made will have. It may stand at the vendor already, so in this tab it is the
 * same after a reload and after another page, until it has been used.
 */
export function useHookAddress(
  vendor: string,
  pause: boolean,
): {
  address: HookAddress | undefined
  /** Why there is none. */
  failure: string | undefined
  /** Asks for another one. */
  renew: () => void
  /** It belongs to a connection now. */
  used: () => void
} {
  const { id, workspace } = useMe()
  const place = `hook-address ${workspace?.id} ${id} ${vendor}`
  const client = useClient()
  const [address, setAddress] = useState(() => read(sessionStorage.getItem(place)))
  const [failure, setFailure] = useState<string>()

  async function ask(): Promise<void> {
    setFailure(undefined)
    const { data, error } = await client
      .query(AddressQuery, {}, { requestPolicy: 'network-only' })
      .toPromise()
    if (error) setFailure(failureWords(error))
    if (!data) return
    sessionStorage.setItem(place, JSON.stringify(data.newHookAddress))
    setAddress(data.newHookAddress)
  }
  const onOpen = useEffectEvent(() => {
    if (!pause && !address) void ask()
  })
  useEffect(() => onOpen(), [])

  return {
    address,
    failure,
    renew: () => void ask(),
    used: () => sessionStorage.removeItem(place),
  }
}

function read(stored: string | null): HookAddress | undefined {
  const known: unknown = stored === null ? undefined : JSON.parse(stored)
  if (typeof known !== 'object' || known === null || !('hookUrl' in known) || !('ticket' in known))
    return undefined
  const { hookUrl, ticket } = known
  return typeof hookUrl === 'string' && typeof ticket === 'string' ? { hookUrl, ticket } : undefined
}
