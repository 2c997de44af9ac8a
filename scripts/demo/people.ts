import type { Dice } from './dice.ts'

/** Somebody who has to do with the company whose hub the demo shows. Nobody of them exists. */
export interface Person {
  firstName: string
  lastName: string
  fullName: string
  email: string
  phone: string
  /** A studio of theirs, or where they work. */
  company: string | undefined
  role: string
  teachers: number
  address: { line1: string; city: string; postal_code: string; country: string }
  locale: string
  /** What Stripe knows them as. */
  customerId: string
  /** Where they came from. */
  campaign: { source: string; medium: string; name: string }
}

interface Country {
  firstNames: readonly string[]
  lastNames: readonly string[]
  cities: readonly string[]
  streets: readonly string[]
  studios: readonly string[]
  locale: string
  phone: (dice: Dice) => string
  postalCode: (dice: Dice) => string
}

const digits = (dice: Dice, count: number) => Array.from({ length: count }, () => dice.between(0, 9)).join('')

/* Names are frequent ones, and family names such as fit everybody. Addresses end in .example, which belongs to nobody (RFC 2606). */
const countries: Record<string, Country> = {
  PL: {
    firstNames: ['Zofia', 'Julia', 'Maja', 'Hanna', 'Alicja', 'Oliwia', 'Antoni', 'Jakub', 'Filip', 'Marta'],
    lastNames: ['Nowak', 'Wójcik', 'Kaczmarek', 'Mazur', 'Dudek', 'Krawczyk', 'Sikora', 'Zając', 'Wróbel'],
    cities: ['Kraków', 'Wrocław', 'Gdańsk', 'Poznań', 'Łódź'],
    streets: ['ul. Długa', 'ul. Lipowa', 'ul. Ogrodowa', 'ul. Kwiatowa'],
    studios: [
      'Studio Oddech',
      'Joga na Lipowej',
      'Pilates Wisła',
      'Ruch i Spokój',
      'Sala Kwiatowa',
      'Mata i Morze',
    ],
    locale: 'pl',
    phone: (dice) => `+48${dice.pick(['512', '601', '698', '730'])}${digits(dice, 6)}`,
    postalCode: (dice) => `${dice.between(30, 61)}-${digits(dice, 3)}`,
  },
  DE: {
    firstNames: ['Lena', 'Mia', 'Johanna', 'Clara', 'Katrin', 'Felix', 'Jonas', 'Paul', 'Anke', 'Svenja'],
    lastNames: ['Brandt', 'Vogel', 'Seidel', 'Krüger', 'Hartmann', 'Lindner', 'Busch', 'Ahrens', 'Winter'],
    cities: ['Hamburg', 'Leipzig', 'Freiburg', 'Köln', 'Münster'],
    streets: ['Lindenstraße', 'Am Markt', 'Gartenweg', 'Hafenstraße'],
    studios: [
      'Atemraum',
      'Yogaloft Nord',
      'Haus der Bewegung',
      'Pilates am Markt',
      'Studio Hafenlicht',
      'Ruhepol',
    ],
    locale: 'de',
    phone: (dice) => `+49151${digits(dice, 8)}`,
    postalCode: (dice) => `${dice.between(20, 79)}${digits(dice, 3)}`,
  },
  ES: {
    firstNames: ['Lucía', 'Paula', 'Carmen', 'Nuria', 'Marina', 'Hugo', 'Pablo', 'Álvaro', 'Inés', 'Irene'],
    lastNames: ['Ferrer', 'Navarro', 'Ortega', 'Vidal', 'Molina', 'Serrano', 'Castillo', 'Rubio', 'Iglesias'],
    cities: ['Valencia', 'Sevilla', 'Bilbao', 'Málaga', 'Granada'],
    streets: ['Calle Mayor', 'Calle del Sol', 'Avenida del Puerto', 'Plaza Nueva'],
    studios: ['Casa Luna', 'Respira Yoga', 'Estudio Alma', 'Mar y Mat', 'El Patio Pilates', 'Sol de Yoga'],
    locale: 'es',
    phone: (dice) => `+346${digits(dice, 8)}`,
    postalCode: (dice) => `${dice.between(18, 48)}${digits(dice, 3)}`,
  },
  GB: {
    firstNames: [
      'Amelia',
      'Isla',
      'Freya',
      'Harriet',
      'Priya',
      'Oliver',
      'Callum',
      'Theo',
      'Bronwen',
      'Aisha',
    ],
    lastNames: ['Hughes', 'Patel', 'Marsh', 'Fletcher', 'Osborne', 'Begum', 'Whitfield', 'Doyle', 'Pryce'],
    cities: ['Bristol', 'Leeds', 'Edinburgh', 'Cardiff', 'Brighton'],
    streets: ['Mill Lane', 'Station Road', 'Orchard Street', 'Harbour Walk'],
    studios: [
      'The Quiet Room',
      'Harbour Pilates',
      'Mill Lane Yoga',
      'Stillpoint',
      'Northside Barre',
      'Loft & Mat',
    ],
    locale: 'en-GB',
    phone: (dice) => `+447700900${digits(dice, 3)}`,
    postalCode: (dice) =>
      `${dice.pick(['BS', 'LS', 'EH', 'CF', 'BN'])}${dice.between(1, 9)} ${dice.between(1, 9)}AB`,
  },
  UA: {
    firstNames: ['Olena', 'Iryna', 'Kateryna', 'Sofiia', 'Daryna', 'Andrii', 'Taras', 'Marko', 'Oksana'],
    lastNames: ['Kovalenko', 'Shevchenko', 'Bondarenko', 'Melnyk', 'Tkachenko', 'Lysenko', 'Hrytsenko'],
    cities: ['Kyiv', 'Lviv', 'Odesa', 'Ternopil'],
    streets: ['Khreshchatyk', 'vul. Franka', 'vul. Sadova', 'prosp. Svobody'],
    studios: ['Studiia Podykh', 'Yoga Sadova', 'Ranok', 'Tysha', 'Balans Lviv'],
    locale: 'uk',
    phone: (dice) => `+38050${digits(dice, 7)}`,
    postalCode: (dice) => `${dice.between(10, 79)}${digits(dice, 3)}`,
  },
  NL: {
    firstNames: ['Sanne', 'Femke', 'Lotte', 'Noor', 'Daan', 'Bram', 'Eva', 'Maud', 'Jasper'],
    lastNames: ['de Vries', 'Bakker', 'Visser', 'Mulder', 'van Dijk', 'Postma', 'Hoekstra'],
    cities: ['Utrecht', 'Haarlem', 'Groningen', 'Delft'],
    streets: ['Oudegracht', 'Kerkstraat', 'Molenweg', 'Havenkade'],
    studios: ['Yoga aan de Gracht', 'Studio Lucht', 'De Mat', 'Stilte', 'Pilates Havenkade'],
    locale: 'nl',
    phone: (dice) => `+316${digits(dice, 8)}`,
    postalCode: (dice) => `${dice.between(2000, 9700)} ${dice.pick(['AB', 'CD', 'KL'])}`,
  },
}

const roles = ['Owner', 'Studio manager', 'Teacher', 'Marketing', 'Front desk'] as const

const campaigns = [
  { source: 'newsletter', medium: 'email', name: 'autumn-timetables' },
  { source: 'google', medium: 'cpc', name: 'studio-booking' },
  { source: 'google', medium: 'organic', name: '' },
  { source: 'instagram', medium: 'social', name: 'full-classes' },
  { source: 'linkedin', medium: 'paid_social', name: 'studio-managers' },
  { source: 'partner', medium: 'referral', name: 'mindful-business' },
] as const

/** Makes people one after the other, no two with the same name or address. */
export function createPeople(dice: Dice): () => Person {
  const known = new Set<string>()
  return function next() {
    for (;;) {
      const person = somebody(dice)
      if (known.has(person.email)) continue
      known.add(person.email)
      return person
    }
  }
}

function somebody(dice: Dice): Person {
  const code = dice.weighted({ PL: 30, DE: 22, ES: 16, GB: 16, UA: 10, NL: 8 })
  const { firstNames, lastNames, cities, streets, studios, locale, phone, postalCode } = countries[code]!
  const [firstName, lastName] = [dice.pick(firstNames), dice.pick(lastNames)]
  const company = dice.in100(62) ? dice.pick(studios) : undefined
  const city = dice.pick(cities)
  const domain = company
    ? `${plain(company)}-${plain(city)}.example`
    : dice.pick(['mail.example', 'post.example'])
  return {
    firstName,
    lastName,
    fullName: `${firstName} ${lastName}`,
    email: `${plain(firstName)}.${plain(lastName)}@${domain}`,
    phone: phone(dice),
    company: company && `${company}, ${city}`,
    role: company ? dice.pick(roles) : 'Teacher',
    teachers: company ? dice.between(2, 14) : 1,
    address: {
      line1: `${dice.pick(streets)} ${dice.between(1, 98)}`,
      city,
      postal_code: postalCode(dice),
      country: code,
    },
    locale,
    customerId: `cus_${dice.token(14)}`,
    campaign: dice.pick(campaigns),
  }
}

/** As a part of an address: letters without accents, and hyphens. */
function plain(text: string): string {
  return text
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'L')
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replaceAll(/[^A-Za-z0-9]+/g, (signs) => (/[ &]/.test(signs) ? '-' : ''))
    .toLowerCase()
}
