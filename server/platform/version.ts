import manifest from '../../package.json' with { type: 'json' }

/** The release, as it names itself to vendors and on `/health`. */
export const version: string = manifest.version
