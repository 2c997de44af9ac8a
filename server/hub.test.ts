import { rmSync } from 'node:fs'
import { expect, it } from 'vitest'
import { makeDataDir } from './testing/make-data-dir.ts'
import { startTestHub } from './testing/start-test-hub.ts'

it('ends everything else when its database has gone, and says that not all was in order', async () => {
  const dir = makeDataDir()
  try {
    const hub = await startTestHub({ SWITCHYARD_DATA_DIR: dir, MONGO_URL: '' })
    await hub.deps.database.connection.close(true)

    expect(await hub.stop()).toBe(false)

    const next = await startTestHub({ SWITCHYARD_DATA_DIR: dir, MONGO_URL: '' })
    expect((await fetch(`${next.url}/ready`)).status).toBe(200)
    await next.close()
    await hub.close()
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
