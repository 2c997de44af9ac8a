import i18next from 'i18next'

/** One line of the audit log, as far as its sentence goes. */
export interface AuditedChange {
  /** The API's name of the change, such as `publishFlow`. */
  action: string
  /** `done`, or the code of why nothing was changed. */
  outcome: string
  actor: string
  subject: string
  /** What the subject is called; nothing where it has no name or is gone. */
  subjectName: string | null
}

/**
 * What somebody did, or tried to do, as a sentence: “Turned on the flow “Sale””. A change of a newer hub than this page,
 * which has no sentence here, is called by its own name.
 */
export function auditWords({ action, outcome, actor, subject, subjectName }: AuditedChange): string {
  const family = outcome === 'done' ? 'audit.did' : 'audit.tried'
  if (!i18next.exists(`${family}.${action}`)) return action
  // Of themselves somebody needs not be told by name.
  const name =
    subjectName === null || subject === actor ? undefined : i18next.t('audit.quoted', { name: subjectName })
  const context = name === undefined ? 'unnamed' : undefined
  return outcome === 'done'
    ? i18next.t(`audit.did.${action}`, { name, context })
    : i18next.t(`audit.tried.${action}`, { name, context })
}
