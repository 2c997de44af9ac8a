import type { DatabaseConnection } from '../platform/mongo.ts'
import { createPasswordHasher } from '../platform/password-hasher.ts'
import type { PasswordHasher } from '../platform/password-hasher.ts'
import { createMemberDirectory } from './member-store.ts'
import type { MemberDirectory } from './member-store.ts'
import { createSessionStore } from './session-store.ts'
import type { SessionStore } from './session-store.ts'
import { createSetUpStore } from './set-up-store.ts'
import type { SetUpStore } from './set-up-store.ts'
import { createUserStore } from './user-store.ts'
import type { UserStore } from './user-store.ts'

/** What is known of people apart from any workspace. */
export interface Accounts {
  users: UserStore
  sessions: SessionStore
  memberships: MemberDirectory
  setUp: SetUpStore
  passwords: PasswordHasher
}

export function createAccounts(database: DatabaseConnection): Accounts {
  return {
    users: createUserStore(database),
    sessions: createSessionStore(database),
    memberships: createMemberDirectory(database),
    setUp: createSetUpStore(database),
    passwords: createPasswordHasher(),
  }
}
