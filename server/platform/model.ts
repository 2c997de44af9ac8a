import type { Connection, Model, Schema } from 'mongoose'

/** The model of a collection; compiled once per connection, because compiling costs a millisecond. */
export function modelOf<T>(
  connection: Connection,
  name: string,
  schema: Schema<T>,
  collection: string,
): Model<T> {
  return name in connection.models ? connection.model<T>(name) : connection.model<T>(name, schema, collection)
}
