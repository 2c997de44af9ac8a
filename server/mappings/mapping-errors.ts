import type { InputProblem } from '../../mappings/apply-mapping.ts'
import { HubError } from '../errors.ts'

export class MappingNotFound extends HubError {
  readonly code = 'mapping_not_found'

  constructor(id: string) {
    super(
      `There is no mapping ${id} in this workspace. It may have been deleted: look at the list of mappings.`,
    )
  }
}

export class MappingInUse extends HubError {
  readonly code = 'mapping_in_use'
  readonly flows: readonly { id: string; name: string }[]

  constructor(flows: readonly { id: string; name: string }[]) {
    const names = flows.map(({ name }) => `“${name}”`).join(', ')
    super(`This mapping is used by ${names}. Choose another one there first.`)
    this.flows = flows
  }
}

export class MappingChangedMeanwhile extends HubError {
  readonly code = 'mapping_changed_meanwhile'
  readonly version: number

  constructor(version: number) {
    super(
      `Somebody saved this mapping while you were changing it; it is at version ${version} now. Load it again and repeat your change.`,
    )
    this.version = version
  }
}

export class MappingDraftChangedMeanwhile extends HubError {
  readonly code = 'mapping_draft_changed_meanwhile'

  constructor() {
    super(
      'Somebody else changed the draft of this mapping meanwhile. Load it again, look at what they did, and repeat your change.',
    )
  }
}

export class PresetUnknown extends HubError {
  readonly code = 'preset_unknown'

  constructor(id: string) {
    super(`There is no preset “${id}”. The list of presets names those there are.`)
  }
}

export class MappingUnready extends HubError {
  readonly code = 'mapping_unready'
  readonly problems: readonly InputProblem[]

  constructor(problems: readonly InputProblem[]) {
    super(
      `Nothing was sent, because it cannot be made yet. ${problems.map(({ message }) => message).join(' ')}`,
    )
    this.problems = problems
  }
}
