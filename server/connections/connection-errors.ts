import { HubError } from '../errors.ts'

export class ConnectionNotFound extends HubError {
  readonly code = 'connection_not_found'

  constructor(id: string) {
    super(
      `There is no connection ${id} in this workspace. It may have been deleted: look at the list of connections.`,
    )
  }
}

export class ConnectionInUse extends HubError {
  readonly code = 'connection_in_use'
  readonly flows: readonly { id: string; name: string }[]

  constructor(flows: readonly { id: string; name: string }[]) {
    const names = flows.map(({ name }) => `“${name}”`).join(', ')
    super(
      `This connection is used by ${names}. Delete or change these flows first, or pause the connection instead.`,
    )
    this.flows = flows
  }
}

const unusable = {
  connector_missing:
    'The connector of this connection is no longer on this hub. Install it again, or delete the connection.',
  credentials_unreadable:
    'The credentials of this connection cannot be read: they were sealed under another key. Enter them again.',
  connection_paused: 'This connection is paused, so nothing is sent through it. Resume it first.',
} as const

export class ConnectionUnusable extends HubError {
  readonly code: keyof typeof unusable

  constructor(code: ConnectionUnusable['code']) {
    super(unusable[code])
    this.code = code
  }
}
