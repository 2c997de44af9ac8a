/** Something that somebody did in one of the tools, at a moment, as that tool will tell the hub. */
export type Happening = { at: Date } & (
  | { tool: 'website' | 'portal'; body: Record<string, unknown> }
  | { tool: 'stripe'; type: string; object: Record<string, unknown> }
  /** The stand-in does it, and tells the hub by itself or is asked by it. */
  | { tool: StandInTool; event: string; about: Record<string, string> }
)

export type StandInTool = 'activecampaign' | 'mautic' | 'google-calendar' | 'google-sheets'
