import { HubError } from '../errors.ts'

export class WorkspaceNotFound extends HubError {
  readonly code = 'workspace_not_found'

  constructor(id: string) {
    super(`There is no workspace ${id} on this hub.`)
  }
}
