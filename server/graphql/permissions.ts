import { permissions } from '../accounts/permission.ts'
import type { Permission } from '../accounts/permission.ts'

/**
 * What each permission of a token opens: fields of the roots, and every field of the types below them, however an
 * answer gets there. It narrows what the token's role allows and adds nothing to it. What stands nowhere here is for
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
      'mappingSample',
      'pauseFlow',
      'previewMapping',
      'publishFlow',
      'resumeFlow',
      'rollBackFlow',
      'saveMapping',
      'saveMappingDraft',
      'sendTest',
      'suggestMapping',
      'tryFilter',
      'updateFlowDraft',
    ],
    types: [],
  },
  read_events: {
    fields: ['event', 'events', 'live', 'receipt', 'receipts', 'run', 'statistics', 'whyNot'],
    types: ['Event', 'Receipt', 'Run'],
  },
  read_contacts: {
    fields: ['contact', 'contacts', 'findContact', 'identityReviews'],
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

const byField = new Map(
  permissions.flatMap((each) => opens[each].fields.map((name) => [name, each] as const)),
)
const byType = new Map(permissions.flatMap((each) => opens[each].types.map((name) => [name, each] as const)))

/** What a token with a list of permissions needs for a field of a root type; `none_has_it` where no list will do. */
export function permissionOfField(name: string): Permission | 'none_has_it' {
  return byField.get(name) ?? 'none_has_it'
}

/** The same for a type; absent where the type shows nothing by itself. */
export function permissionOfType(name: string): Permission | undefined {
  return byType.get(name)
}
