import { HubError } from '../errors.ts'

export class ProblemNotFound extends HubError {
  readonly code = 'problem_not_found'

  constructor() {
    super(
      'This problem is no longer there: it has been mended, or it is too old by now. Look at the list again.',
    )
  }
}
