import { accessSync, constants, mkdirSync } from 'node:fs'

/** The data folder cannot be used; the message says what to change. */
export class DataFolderUnusable extends Error {}

/** Makes the data folder where there is none yet, for its owner alone. Throws `DataFolderUnusable`. */
export function openDataFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new DataFolderUnusable(
      `The data folder ${dataDir} cannot be written to (${why}). Let it belong to the user who starts the hub, or ` +
        'choose another with SWITCHYARD_DATA_DIR.',
      { cause },
    )
  }
}
