import { connectorContract } from '#sdk/testing'
import stripe from './index.ts'

connectorContract(stripe, import.meta.dirname)
