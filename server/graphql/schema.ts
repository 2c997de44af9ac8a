import '../accounts/account.graphql.ts'
import '../connections/connection.graphql.ts'
import '../connectors/connector.graphql.ts'
import '../contacts/contact.graphql.ts'
import '../deliveries/delivery.graphql.ts'
import '../events/event.graphql.ts'
import '../flows/flow.graphql.ts'
import '../mappings/mapping.graphql.ts'
import '../receipts/receipt.graphql.ts'
import '../replays/replay.graphql.ts'
import '../runs/run.graphql.ts'
import '../workspaces/workspace.graphql.ts'
import { builder } from './builder.ts'
import './live.graphql.ts'
import './scalars.ts'

/** The whole API. Each noun is described in its own `<noun>.graphql.ts`. */
export const schema = builder.toSchema()
