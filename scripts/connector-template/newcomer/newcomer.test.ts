import { connectorContract } from '#sdk/testing'
import newcomer from './index.ts'

connectorContract(newcomer, import.meta.dirname)
