import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a connector's folder says for people. */
export interface ConnectorFiles {
  /** Markdown: how to connect this vendor, step by step. */
  setup: string | undefined
  /** SVG. */
  logo: string | undefined
}

const folder = join(import.meta.dirname, '..', '..', 'connectors')
const known = new Map<string, ConnectorFiles>()

/** Read once; a connector's folder does not change while the hub runs. */
export function connectorFiles(connectorId: string): ConnectorFiles {
  const held = known.get(connectorId)
  if (held) return held
  const files = { setup: read(connectorId, 'SETUP.md'), logo: read(connectorId, 'logo.svg') }
  known.set(connectorId, files)
  return files
}

function read(connectorId: string, name: string): string | undefined {
  const file = join(folder, connectorId, name)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
