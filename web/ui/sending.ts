import { createContext } from 'react'

/** Whether the form around is being sent: its button is at work then. */
export const Sending = createContext(false)
