/**
 * The error codes of the MongoDB wire protocol this store can answer with, by their official names.
 * Drivers, mongoose and agenda branch on the numbers, so they must be exactly MongoDB's.
 */
export const errorCodes = {
  InternalError: 1,
  BadValue: 2,
  Unauthorized: 13,
  FailedToParse: 9,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  IllegalOperation: 20,
  AlreadyInitialized: 23,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  EmptyFieldName: 56,
  DottedFieldName: 57,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  OperationFailed: 96,
  DocumentValidationFailure: 121,
  CappedPositionLost: 136,
  CommandNotSupportedOnView: 166,
  NonExistentPath: 181,
  InvalidIndexSpecificationOption: 197,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  CommandNotSupported: 115,
  NotImplemented: 238,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  InterruptedAtShutdown: 11600,
  InvalidBSON: 22,
} as const

/** The official name of a MongoDB error, for example `DuplicateKey`. */
export type ErrorName = keyof typeof errorCodes

const namesByCode = new Map<number, string>(Object.entries(errorCodes).map(([name, code]) => [code, name]))

/**
 * A failure the client is told about in MongoDB's own terms: it becomes `{ ok: 0, code, codeName, errmsg }` or one
 * entry of `writeErrors`. Anything else that is thrown inside the store is a bug of the store.
 *
 * `code` is a name from `errorCodes` or a bare number for the many numbered errors MongoDB has no name for (they
 * answer with the code name `Location<number>`). `extra` holds further fields of the reply, such as `keyPattern`.
 */
export class StoreError extends Error {
  readonly code: number
  readonly codeName: string
  readonly extra: Readonly<Record<string, unknown>> | undefined

  constructor(code: ErrorName | number, message: string, extra?: Readonly<Record<string, unknown>>) {
    super(message)
    this.name = 'StoreError'
    this.code = typeof code === 'number' ? code : errorCodes[code]
    this.codeName = typeof code === 'string' ? code : (namesByCode.get(code) ?? `Location${code}`)
    this.extra = extra
  }
}

/** Ends what has taken longer than its client allows; `deadline` is on the clock of `performance.now()`. */
export function checkDeadline(deadline: number): void {
  if (performance.now() > deadline) throw new StoreError('MaxTimeMSExpired', 'operation exceeded time limit')
}
