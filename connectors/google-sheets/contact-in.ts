import { withoutBlanks } from '#sdk'
import type { ContactDraft } from '#sdk'
import type { Cell } from './cell.ts'

type Place =
  | 'email'
  | 'phone'
  | 'first_name'
  | 'last_name'
  | 'full_name'
  | 'birthday'
  | 'locale'
  | 'city'
  | 'postal_code'
  | 'country'
  | 'company'
  | 'role_title'

const places = new Map<string, Place>()

/** Headings that people give to what the contact model has a place for, without capitals, blanks and signs. */
function learn(place: Place, spellings: string): void {
  for (const spelling of spellings.split(' ')) places.set(spelling, place)
}

learn('email', 'email emailaddress mail correo correoelectronico adresemail poczta електроннапошта пошта')
learn('phone', 'phone phonenumber telephone tel mobile telefono movil telefon komorka телефон номертелефону')
learn('first_name', 'firstname givenname nombre imie імя')
learn('last_name', 'lastname surname familyname apellido apellidos nazwisko прізвище')
learn('full_name', 'fullname name nombrecompleto nombreyapellidos imieinazwisko піб імятапрізвище')
learn('birthday', 'birthday birthdate dateofbirth fechadenacimiento dataurodzenia датанародження')
learn('locale', 'language locale idioma jezyk мова')
learn('city', 'city town ciudad miasto місто')
learn('postal_code', 'zip zipcode postcode postalcode codigopostal kodpocztowy індекс')
learn('country', 'country pais kraj країна')
learn('company', 'company companyname organisation organization empresa firma компанія')
learn('role_title', 'jobtitle position role cargo stanowisko посада')

/** The person that a row is about, as far as its headings say so. A row without an email or a phone is about nobody. */
export function contactIn(values: Record<string, Cell>): ContactDraft {
  const held: Partial<Record<Place, string>> = {}
  for (const [heading, value] of Object.entries(values)) {
    const place = places.get(plain(heading))
    if (place && typeof value !== 'boolean') held[place] ??= String(value).trim()
  }
  const { city, postal_code, country, company, role_title, birthday, email, ...named } = held
  return withoutBlanks({
    ...named,
    email: email?.includes('@') ? email : undefined,
    birthday: birthday && /^\d{4}-\d{2}-\d{2}$/.test(birthday) ? birthday : undefined,
    address: { city, postal_code, country },
    company: { name: company, role_title },
  })
}

/** `Correo electrónico` and `correo electronico` are one heading; `й` and `ї` are letters and not accents. */
function plain(heading: string): string {
  return heading
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/(?<=[a-z])\p{M}/gu, '')
    .normalize('NFC')
    .replaceAll('ł', 'l')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
}
