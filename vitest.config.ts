import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{connectors,mappings,server,scripts,web}/**/*.test.ts'],
    // Processes: some tests start servers, kill children and open databases, which one process cannot do apart.
    pool: 'forks',
    // Every test is handed what it needs and keeps nothing in a module, so that a process loads the hub once for all its files.
    isolate: false,
    maxWorkers: Math.min(2, availableParallelism()),
    // Programs that tests start find their sources compiled, as `npm start` does: each is up sooner.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    // Generous, because a busy machine is no failure; a promise about time is tested with an injected clock.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
  },
})
