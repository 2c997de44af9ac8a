import { connectorContract } from '#sdk/testing'
import googleSheets from './index.ts'

connectorContract(googleSheets, import.meta.dirname)
