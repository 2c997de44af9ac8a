// Plain JavaScript, so that the cache of compiled sources is on before the first TypeScript file is read: a start that
// finds everything in it is faster, and leaves the compiler out of memory.
import module from 'node:module'

module.enableCompileCache()
await import('./main.ts')
