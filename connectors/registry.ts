import activecampaign from './activecampaign/index.ts'
import googleCalendar from './google-calendar/index.ts'
import googleSheets from './google-sheets/index.ts'
import hubspot from './hubspot/index.ts'
import mautic from './mautic/index.ts'
import type { AnyConnector } from './sdk/index.ts'
import smtp from './smtp/index.ts'
import stripe from './stripe/index.ts'
import webhook from './webhook/index.ts'

/** Every connector there is. A new folder under `connectors/` is added here by hand; a test says so if it is not. */
const all: readonly AnyConnector[] = [
  activecampaign,
  googleCalendar,
  googleSheets,
  hubspot,
  mautic,
  smtp,
  stripe,
  webhook,
]

export const connectors: ReadonlyMap<string, AnyConnector> = new Map(
  all.map((connector) => [connector.id, connector]),
)
