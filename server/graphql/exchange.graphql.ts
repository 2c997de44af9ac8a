import type { CapturedBody, CapturedExchange } from '../platform/capture.ts'
import { builder } from './builder.ts'

const CapturedBodyType = builder.objectRef<CapturedBody>('CapturedBody').implement({
  description: 'The body of a captured request or answer, cut to 256 kB, without secrets.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    text: t.exposeString('text', { description: 'Empty where the body is not text.' }),
    bytes: t.exposeInt('bytes', { description: 'Of the whole body, also where the text is shorter.' }),
    isCut: t.exposeBoolean('isCut'),
  }),
})

/** One request and its answer. */
export const ExchangeType = builder.objectRef<CapturedExchange>('Exchange').implement({
  description: 'One request to a vendor and its answer, without secrets.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    method: t.exposeString('method'),
    url: t.exposeString('url'),
    requestHeaders: t.field({
      type: 'JSON',
      nullable: true,
      description: 'For ops and owners.',
      authScopes: { role: 'ops' },
      resolve: ({ requestHeaders }) => requestHeaders,
    }),
    requestBody: t.expose('requestBody', { type: CapturedBodyType, nullable: true }),
    status: t.exposeInt('status', { nullable: true, description: 'Absent when no answer came.' }),
    responseHeaders: t.field({ type: 'JSON', resolve: ({ responseHeaders }) => responseHeaders }),
    responseBody: t.expose('responseBody', { type: CapturedBodyType, nullable: true }),
    durationMs: t.int({ resolve: ({ durationMs }) => Math.round(durationMs) }),
    errorCode: t.string({
      nullable: true,
      description: 'Why no usable answer came.',
      resolve: ({ error }) => error?.code,
    }),
    errorMessage: t.string({ nullable: true, resolve: ({ error }) => error?.message }),
  }),
})
