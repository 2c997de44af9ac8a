import { freeRowsOf } from './platform/due-rows.ts'
import { freeLeasesOf } from './platform/leases.ts'
import type { DatabaseConnection } from './platform/mongo.ts'
import { POLLS } from './polls/poll-store.ts'
import { REGISTRATIONS } from './registrations/registration-store.ts'

/**
 * Frees what a process that was killed still holds, so that whoever starts in its place goes on at once instead of
 * waiting for its leases to run out.
 */
export async function takeOver(database: DatabaseConnection, predecessor: string): Promise<void> {
  await freeLeasesOf(database, predecessor)
  await freeRowsOf(database, POLLS, predecessor)
  await freeRowsOf(database, REGISTRATIONS, predecessor)
}
