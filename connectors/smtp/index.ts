import { defineConnector } from '#sdk'
import { sendEmail } from './actions/send-email.ts'
import { auth } from './auth.ts'

export default defineConnector({
  id: 'smtp',
  name: 'Email by SMTP',
  description: 'Sends mail through any mail server: your own, your provider’s, or a sending service’s.',
  version: 1,
  auth,
  inbound: [],
  triggers: {},
  actions: { sendEmail },
  // Mail servers allow few conversations at a time: Microsoft 365 three (learn.microsoft.com, 2025-03).
  limits: { concurrency: 3 },
})
