import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { checkpoint, type CheckpointDone } from './checkpoints.ts'

// The thread that copies from SQLite's write-ahead log into its file, which takes as long as the disk takes.
const port = parentPort
if (!port) throw new Error('This file is a thread of the embedded store; start it with Checkpoints.')

const sqlite = new DatabaseSync(String(workerData))
port.on('message', () => port.postMessage(outcome()))
port.on('close', () => sqlite.close())

function outcome(): CheckpointDone {
  try {
    return { frames: checkpoint(sqlite).frames }
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}
