import { MantineProvider } from '@mantine/core'
import { RouterProvider } from '@tanstack/react-router'
import { Provider } from 'urql'
import type { Client } from 'urql'
import type { router } from './routes.tsx'

/** What everything on the page stands on. */
export function App({ client, pages }: { client: Client; pages: typeof router }) {
  return (
    // Colours and sizes are in styles/tokens.css; the kit is asked to write none of its own.
    <MantineProvider
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
      getStyleNonce={() => document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? ''}
    >
      <Provider value={client}>
        <RouterProvider router={pages} />
      </Provider>
    </MantineProvider>
  )
}
