import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Checkbox } from '../../ui/Checkbox.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { eventWords } from '../events/event-words.ts'
import css from './EventPicker.module.css'
import type { Tools } from './use-tools.ts'

/** Longer lists are searched instead of read. */
const READ_MAX = 12

/** What has to happen: the triggers of the connection's tool, or every event there is. */
export function EventPicker({
  tools,
  connectionId,
  chosen,
  onChange,
}: {
  tools: Tools
  connectionId: string | null
  chosen: readonly string[]
  onChange: (events: readonly string[]) => void
}) {
  const { t } = useTranslation()
  const [words, setWords] = useState('')
  const triggers = tools.connectorOf(connectionId)?.triggers ?? [
    { id: 'any', name: t('flow.when.any'), description: t('flow.when.anyAbout'), events: tools.events },
  ]
  const offered = new Set(triggers.flatMap(({ events }) => events))
  const strange = chosen.filter((name) => !offered.has(name))

  const box = (name: string, label = eventWords(name), help = tools.meaning(name)) => (
    <li key={name}>
      <Checkbox
        label={label}
        help={help}
        checked={chosen.includes(name)}
        onChange={(isOn) => onChange(isOn ? [...chosen, name] : chosen.filter((each) => each !== name))}
      />
    </li>
  )

  return (
    <fieldset className={css.picker}>
      <legend className={css.legend}>{t('flow.when.what')}</legend>
      {strange.length > 0 && <ul className={css.events}>{strange.map((name) => box(name))}</ul>}
      <ul className={css.events}>
        {triggers.flatMap(({ name, description, events }) => {
          const [only] = events
          return events.length === 1 && only ? [box(only, name, description)] : []
        })}
      </ul>
      {triggers
        .filter(({ events }) => events.length > 1)
        .map(({ id, name, description, events }) =>
          events.length <= READ_MAX ? (
            <fieldset key={id} className={css.group}>
              <legend className={css.name}>{name}</legend>
              <p className={css.about}>{description}</p>
              <ul className={css.events}>{events.map((each) => box(each))}</ul>
            </fieldset>
          ) : (
            <fieldset key={id} className={css.group}>
              <legend className={css.name}>{name}</legend>
              <p className={css.about}>{description}</p>
              <ul className={css.events}>
                {events.filter((each) => chosen.includes(each)).map((each) => box(each))}
              </ul>
              <Disclosure label={t('flow.when.choose', { count: events.length })}>
                {() => (
                  <>
                    <SearchField label={t('flow.when.search')} value={words} onChange={setWords} />
                    <ul className={css.events}>
                      {events
                        .filter((each) => !chosen.includes(each) && fits(each, tools.meaning(each), words))
                        .map((each) => box(each))}
                    </ul>
                  </>
                )}
              </Disclosure>
            </fieldset>
          ),
        )}
    </fieldset>
  )
}

function fits(name: string, meaning: string, words: string): boolean {
  return `${eventWords(name)} ${meaning}`.toLowerCase().includes(words.trim().toLowerCase())
}
