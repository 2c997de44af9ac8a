import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{connectors,mappings,server,scripts,web}/**/*.test.ts'],
    // Processes: some tests start servers, kill children and open databases, which one process cannot do apart.
    pool: 'forks',
    // Every test is handed what it needs and keeps nothing in a module, so that a process loads the hub once for all its files.
    isolate: false,
    maxWorkers: Math.min(2, availableParallelism()),
    // Generous, because a busy machine is no failure; a promise about time is tested with an injected clock.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
  },
})
