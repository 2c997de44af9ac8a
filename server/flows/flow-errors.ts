import { HubError } from '../errors.ts'

export class FlowNotFound extends HubError {
  readonly code = 'flow_not_found'

  constructor(id: string) {
    super(`There is no flow ${id} in this workspace. It may have been deleted: look at the list of flows.`)
  }
}

/** Something that would make the flow fail for a real event. */
export interface FlowGap {
  /** Absent for what concerns the flow as a whole. */
  stepId?: string
  code:
    | 'no_events'
    | 'no_steps'
    | 'step_twice'
    | 'event_unknown'
    | 'source_missing'
    | 'filter_unusable'
    | 'connection_missing'
    | 'action_missing'
    | 'mapping_missing'
    | 'mapping_of_other_action'
    | 'field_unmapped'
    | 'formula_unreadable'
    | 'cannot_keep_filled'
    | 'step_not_before'
  /** What it is about: a field, a step, an event. */
  subject: string
  message: string
}

export class FlowIncomplete extends HubError {
  readonly code = 'flow_incomplete'
  readonly gaps: readonly FlowGap[]

  constructor(gaps: readonly FlowGap[]) {
    const [first] = gaps
    const others = gaps.length - 1
    const more =
      others > 0 ? ` There ${others === 1 ? 'is 1 more thing' : `are ${others} more things`} to do.` : ''
    super(`${first?.message ?? 'Something is missing.'}${more}`)
    this.gaps = gaps
  }
}

export class FlowVersionNotFound extends HubError {
  readonly code = 'flow_version_not_found'

  constructor(version: number) {
    super(`This flow has no version ${version}. Its list of versions shows those there are.`)
  }
}

export class FlowChangedMeanwhile extends HubError {
  readonly code = 'flow_changed_meanwhile'

  constructor() {
    super(
      'Somebody else changed this flow meanwhile. Load it again, look at what they did, and repeat your change.',
    )
  }
}

export class FlowNotPublished extends HubError {
  readonly code = 'flow_not_published'

  constructor() {
    super('This flow has never been published, so there is nothing to pause or resume. Publish it first.')
  }
}
