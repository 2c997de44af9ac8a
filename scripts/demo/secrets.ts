/** What the demo’s tools sign with. They open nothing but the demo. */
export const secrets = {
  /** Every stand-in takes it as token, key and password. */
  sandbox: 'sandbox-token',
  website: 'whsec_d2Vic2l0ZS1zaWduaW5nLXNlY3JldC0wMQ==',
  stripe: 'whsec_demoStripeSigningSecret0123456789',
  sink: 'whsec_c2FuZGJveC1zaWduaW5nLXNlY3JldC1mb3ItZGVtb3M=',
  portal: 'whsec_cG9ydGFsLXNpZ25pbmctc2VjcmV0LW51bWJlcjE=',
  /** What the partner changed it to, and did not tell. */
  portalNow: 'whsec_cG9ydGFsLXNpZ25pbmctc2VjcmV0LW51bWJlcjI=',
} as const
