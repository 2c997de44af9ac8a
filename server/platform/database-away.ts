/** The database that `MONGO_URL` names cannot be used; the message says what the driver says, and what to look at. */
export class DatabaseAway extends Error {
  constructor(cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super(
      `The database cannot be used (${why}). Check MONGO_URL, and that the server is running as a replica set.`,
      { cause },
    )
  }
}

/** True for what the driver throws while there is no database to talk to. */
export function isDatabaseAway(err: unknown): boolean {
  return err instanceof Error && /^Mongo(Network|Server|Pool|Topology|NotConnected|Expired)/.test(err.name)
}
