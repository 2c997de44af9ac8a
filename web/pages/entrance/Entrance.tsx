import type { ReactNode } from 'react'
import { Logo } from '../../app/Logo.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import css from './Entrance.module.css'

/** The frame of the pages on which nobody is signed in yet. */
export function Entrance({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <main className={css.entrance}>
      <Yard />
      <div className={css.card}>
        <Logo size="l" />
        <PageHeader title={title} about={about} />
        {children}
      </div>
    </main>
  )
}

/** Tracks that come from the left, cross a switch, and leave to the right. */
function Yard() {
  return (
    <svg className={css.yard} viewBox="0 0 1440 900" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <path d="M0 300h1440M0 620h1440M0 460h420c140 0 120-160 260-160M760 620c140 0 120-160 260-160h420" />
      <path className={css.way} d="M0 620h300c140 0 160-160 300-160h240c140 0 160-160 300-160h300" />
      <circle cx="300" cy="620" r="7" />
      <circle cx="1140" cy="300" r="7" />
    </svg>
  )
}
