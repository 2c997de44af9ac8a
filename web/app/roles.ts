import type { Role } from './me.tsx'

/** From the one who may least to the one who may most; each may what the one before may. */
export const roles: readonly Role[] = ['viewer', 'marketer', 'ops', 'owner']
