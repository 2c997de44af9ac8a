import { createServer } from 'node:http'
import { readEnv } from '../env.ts'
import { createHub } from '../hub.ts'
import { withPostOffice } from './post-office.ts'

/* A hub that knows the post office, as a program of its own: to be killed. */

const env = readEnv(process.env)
const hub = await createHub(env, { connectors: withPostOffice })
await hub.start()
createServer(hub.app).listen(env.port, env.host)
