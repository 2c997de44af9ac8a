import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compressAssets } from './compress-assets.ts'

/** Where `npm run dev:web` finds the hub. */
const hub = 'http://127.0.0.1:4000'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressAssets()],
  build: {
    outDir: resolve(import.meta.dirname, 'dist'),
    emptyOutDir: true,
    // The test of what a first visit loads reads it.
    manifest: 'manifest.json',
    // A picture inside a script would be sent with every page; and no address but our own is allowed anyway.
    assetsInlineLimit: 0,
  },
  // The page's own folder `graphql` is not the hub's.
  server: { proxy: { '^/graphql(?:$|\\?)': hub, '/oauth': hub, '/sign-in/oidc': hub } },
})
