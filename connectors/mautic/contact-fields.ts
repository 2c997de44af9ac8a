import { InputRefusedError, z } from '#sdk'
import { fieldValues } from './contact.ts'
import type { MauticContact } from './contact.ts'

const text = (label: string, suggest: string) => z.string().optional().meta({ label, suggest })

/** A value as Mautic takes it: several choices of one field are a list. */
const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])

/** What every Mautic has, under its own aliases, and everything else by alias. */
export const contactFields = {
  firstname: text('First name', 'contact.first_name'),
  lastname: text('Last name', 'contact.last_name'),
  company: text('Company name', 'contact.company.name'),
  position: text('Job title', 'contact.company.role_title'),
  mobile: text('Mobile', 'contact.phone'),
  phone: z.string().optional().meta({ label: 'Phone' }),
  address1: text('Street', 'contact.address.street'),
  city: text('City', 'contact.address.city'),
  state: text('Region', 'contact.address.region'),
  zipcode: text('Postal code', 'contact.address.postal_code'),
  country: z.string().optional().meta({
    label: 'Country',
    help: 'Its English name as Mautic lists it, such as Poland. Mautic refuses a code such as PL.',
  }),
  preferred_locale: text('Language', 'contact.locale'),
  website: z.string().optional().meta({ label: 'Website' }),
  fields: z.record(z.string(), value).optional().meta({
    label: 'Other fields',
    help: 'By alias: Settings → Custom Fields. Mautic does not overwrite a number with 0.',
  }),
}

type Mapped = z.output<z.ZodObject<typeof contactFields>>

/** The contact as Mautic wants it. Aliases stand beside each other, a language is written `pt_PT`. */
export function writtenContact({
  fields,
  preferred_locale: locale,
  ...named
}: Mapped): Record<string, unknown> {
  const given = {
    ...named,
    ...(locale === undefined ? {} : { preferred_locale: locale.replaceAll('-', '_') }),
  }
  return { ...given, ...fields }
}

/**
 * Mautic leaves out what it has no field for without a word. Its answer holds every field there is, so that a mapping
 * to a field that does not exist comes to light; what else was mapped is saved by then.
 */
export function refuseUnknownFields(fields: Mapped['fields'], answered: MauticContact): void {
  const all = z.looseObject({ all: z.record(z.string(), z.unknown()) }).safeParse(answered.fields)
  if (!fields || !all.success) return
  const unknown = Object.keys(fields).filter((alias) => !Object.hasOwn(all.data.all, alias))
  if (unknown.length === 0) return
  throw new InputRefusedError(
    `Mautic has no contact field with the alias ${unknown.map((alias) => `“${alias}”`).join(', ')}. Everything else is saved.`,
    'fields',
  )
}

/** What the mapped fields hold at Mautic now. */
export function heldFields(contact: MauticContact, mapped: Mapped): Record<string, unknown> {
  const values = fieldValues(contact)
  const own = Object.keys(contactFields).filter((name) => name !== 'fields' && name in values)
  const others = Object.keys(mapped.fields ?? {}).filter((alias) => alias in values)
  return {
    ...Object.fromEntries(own.map((name) => [name, values[name]])),
    ...(others.length > 0
      ? { fields: Object.fromEntries(others.map((alias) => [alias, values[alias]])) }
      : {}),
  }
}
