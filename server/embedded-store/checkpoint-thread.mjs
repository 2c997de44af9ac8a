// Plain JavaScript for the reason of server/start.mjs; a thread has no share in the process's cache.
import module from 'node:module'

module.enableCompileCache()
await import('./checkpoint-worker.ts')
