import type { HubError } from '../errors.ts'
import { RenamedMeanwhile } from '../renamed-meanwhile.ts'
import { InputInvalid } from '../input-invalid.ts'
import type { InputProblem } from '../input-invalid.ts'
import { builder } from './builder.ts'

/** What every expected failure has in common; mutations answer with one of these instead of throwing. */
export const HubErrorType = builder.interfaceRef<HubError>('HubError').implement({
  description: 'Something that a person can do something about. It is an answer, not a fault.',
  fields: (t) => ({
    code: t.exposeString('code', {
      description: 'Stable, snake_case; pages word it in the reader’s language.',
    }),
    message: t.exposeString('message', {
      description: 'What happened, why, and what to do next, in English.',
    }),
  }),
})

const InputProblemType = builder.objectRef<InputProblem>('InputProblem').implement({
  description: 'One thing that is wrong with what was sent.',
  authScopes: { anyone: true },
  fields: (t) => ({
    path: t.exposeString('path', { description: 'Where, with dots between the names; empty for the whole.' }),
    message: t.exposeString('message'),
  }),
})

builder.objectType(InputInvalid, {
  name: 'InputInvalid',
  description: 'What was sent cannot be used as it is.',
  interfaces: [HubErrorType],
  authScopes: { anyone: true },
  fields: (t) => ({
    problems: t.field({ type: [InputProblemType], resolve: ({ problems }) => [...problems] }),
  }),
})

builder.objectType(RenamedMeanwhile, {
  name: 'RenamedMeanwhile',
  description: 'Somebody else gave it another name since it was looked at.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
  fields: (t) => ({ nameNow: t.exposeString('nameNow') }),
})
