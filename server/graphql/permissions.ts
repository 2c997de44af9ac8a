import { permissions } from '../accounts/permission.ts'
import type { Permission } from '../accounts/permission.ts'

/** Shows what came of whom, in a form of its own: changing flows alone is not a reason to read people. */
const stored = ['mappingSample', 'previewMapping', 'sendTest', 'tryFilter'] as const

/**
 * What each permission of a token opens: fields of the roots, and every field of the types below them, however an
 * answer gets there. What stands at several needs them all. It narrows what the token's role allows and adds nothing to it. What stands nowhere here is for
 * tokens without a list of permissions alone: also whatever ends in an account or a role, which know no such limits.
 */
const opens: Readonly<Record<Permission, { fields: readonly string[]; types: readonly string[] }>> = {
  read_connections: {
    fields: [
      'connection',
      'connections',
      'connector',
      'connectors',
      'leftRegistrations',
      'presets',
      'recipe',
      'recipes',
      'vocabulary',
    ],
    types: ['Connection'],
  },
  write_connections: {
    fields: [
      'checkConnection',
      'createConnection',
      'deleteConnection',
      'newHookAddress',
      'pauseConnection',
      'pollNow',
      'registerWebhook',
      'removeWebhook',
      'resumeConnection',
      'rotateConnectionSecret',
      'rotateHookKey',
      'setPoll',
      'signOutConnection',
      'startConnectionSignIn',
      'updateConnection',
    ],
    types: [],
  },
  read_flows: {
    fields: ['flow', 'flows', 'formulaFunctions', 'mapping', 'mappings'],
    types: ['Flow', 'Mapping'],
  },
  write_flows: {
    fields: [
      'checkFormula',
      'createFlow',
      'createFlowFromRecipe',
      'createMapping',
      'createMappingFromPreset',
      'deleteFlow',
      'deleteMapping',
      'pauseFlow',
      ...stored,
      'publishFlow',
      'resumeFlow',
      'rollBackFlow',
      'saveMapping',
      'saveMappingDraft',
      'suggestMapping',
      'updateFlowDraft',
    ],
    types: [],
  },
  read_events: {
    fields: ['event', 'events', 'live', 'receipt', 'receipts', 'run', 'statistics', 'whyNot', ...stored],
    types: ['Event', 'Receipt', 'Run'],
  },
  read_contacts: {
    fields: ['contact', 'contacts', 'findContact', 'identityReviews', ...stored],
    types: ['Contact', 'ContactChange', 'IdentityReview'],
  },
  write_contacts: {
    fields: ['decideReview'],
    types: [],
  },
  read_deliveries: {
    fields: ['deliveries', 'delivery', 'problems', 'replay', 'replays'],
    types: ['Delivery', 'Problem', 'Replay'],
  },
  replay_deliveries: {
    fields: [
      'cancelDelivery',
      'cancelReplay',
      'replayDeliveries',
      'replayDelivery',
      'replayEvents',
      'replayReceipt',
      'replayReceipts',
      'resolveUnconfirmed',
      'retryDelivery',
      'snoozeProblem',
      'wakeProblem',
    ],
    types: [],
  },
  read_workspace: {
    fields: ['auditLog', 'invitations', 'members', 'tokens', 'views', 'workspace'],
    types: ['ApiToken', 'AuditEntry', 'Invitation', 'Member', 'View'],
  },
  write_workspace: {
    fields: [
      'createToken',
      'createView',
      'deleteView',
      'removeMember',
      'revokeInvitation',
      'revokeToken',
      'setRetention',
      'updateView',
    ],
    types: [],
  },
}

/** What a token with a list of permissions needs for a field of a root type; `none_has_it` where no list will do. */
export function permissionsOfField(name: string): readonly Permission[] | 'none_has_it' {
  const needed = permissions.filter((each) => opens[each].fields.includes(name))
  return needed.length > 0 ? needed : 'none_has_it'
}

/** The same for a type; absent where the type shows nothing by itself. */
export function permissionsOfType(name: string): readonly Permission[] | undefined {
  const needed = permissions.filter((each) => opens[each].types.includes(name))
  return needed.length > 0 ? needed : undefined
}
