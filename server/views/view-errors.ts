import { HubError } from '../errors.ts'

export class ViewNotFound extends HubError {
  readonly code = 'view_not_found'

  constructor(id: string) {
    super(
      `There is no view ${id} in this workspace. It may have been deleted: save what you see as a new one.`,
    )
  }
}

export class ViewNameTaken extends HubError {
  readonly code = 'view_name_taken'

  constructor(name: string) {
    super(`This list has a view called “${name}” already. Choose another name, or change that view.`)
  }
}

export class TooManyViews extends HubError {
  readonly code = 'too_many_views'
  readonly max: number

  constructor(max: number) {
    super(`This list has ${max} views, and more would not be found again. Delete one that nobody uses first.`)
    this.max = max
  }
}
