import type { DatabaseConnection } from '../platform/mongo.ts'
import { createPasswordHasher } from '../platform/password-hasher.ts'
import type { PasswordHasher } from '../platform/password-hasher.ts'
import { createInvitationDirectory } from './invitation-store.ts'
import type { InvitationDirectory } from './invitation-store.ts'
import { createMemberDirectory } from './member-store.ts'
import type { MemberDirectory } from './member-store.ts'
import { createSessionStore } from './session-store.ts'
import type { SessionStore } from './session-store.ts'
import { createSetUpStore } from './set-up-store.ts'
import type { SetUpStore } from './set-up-store.ts'
import { createSignInLimits } from './sign-in-limit-store.ts'
import type { SignInLimits } from './sign-in-limit-store.ts'
import { createTokenDirectory } from './token-store.ts'
import type { TokenDirectory } from './token-store.ts'
import { createUserStore } from './user-store.ts'
import type { UserStore } from './user-store.ts'

/** What is known of people apart from any workspace. */
export interface Accounts {
  users: UserStore
  tokens: TokenDirectory
  sessions: SessionStore
  invitations: InvitationDirectory
  memberships: MemberDirectory
  setUp: SetUpStore
  limits: SignInLimits
  passwords: PasswordHasher
}

export function createAccounts(database: DatabaseConnection): Accounts {
  return {
    users: createUserStore(database),
    tokens: createTokenDirectory(database),
    sessions: createSessionStore(database),
    invitations: createInvitationDirectory(database),
    memberships: createMemberDirectory(database),
    setUp: createSetUpStore(database),
    limits: createSignInLimits(database),
    passwords: createPasswordHasher(),
  }
}
