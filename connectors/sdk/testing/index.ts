/* For tests and scripts only; a connector's own code imports `#sdk`. */
export * from './answer-of.ts'
export * from './contract.ts'
export * from './fixture.ts'
export * from './hook-of.ts'
export * from './local-http.ts'
export * from './replay.ts'
