import { z } from '#sdk'

/** What a deal has beside its title, value and place in a pipeline. */
export const dealFields = {
  status: z
    .enum(['open', 'won', 'lost'])
    .optional()
    .meta({ label: 'Status', choices: { open: 'Open', won: 'Won', lost: 'Lost' } }),
  owner: z.string().optional().meta({
    label: 'Owner id',
    help: 'A user’s number. Needed where the pipeline does not choose by itself.',
  }),
  description: z.string().optional().meta({ label: 'Description', prose: true }),
  percent: z.number().int().min(0).max(100).optional().meta({ label: 'Probability in percent' }),
}

const statuses = { open: 0, won: 1, lost: 2 }

interface Deal {
  value?: number
  currency?: string
  status?: keyof typeof statuses
  [other: string]: unknown
}

/**
 * A deal as the API wants it: values are hundredths of the unit in every currency, those without decimals among them
 * (“100 × base unit”, API reference, read 2026-08), and currencies are small letters.
 */
export function writtenDeal({ value, currency, status, ...others }: Deal): Record<string, unknown> {
  return {
    ...others,
    ...(value === undefined ? {} : { value: Math.round(Number(`${value}e2`)) }),
    ...(currency === undefined ? {} : { currency: currency.toLowerCase() }),
    ...(status === undefined ? {} : { status: statuses[status] }),
  }
}
