import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { createApiClient } from './app/api-client.ts'
import { router } from './app/routes.tsx'
import { setSignedOut } from './app/session.ts'
import { startWords } from './i18n/i18n.ts'
import './styles/index.css'

await startWords()
const place = document.getElementById('root')
if (!place) throw new Error('The page has no place to be drawn in.')
createRoot(place).render(
  <StrictMode>
    <App client={createApiClient(() => setSignedOut(true))} pages={router} />
  </StrictMode>,
)
