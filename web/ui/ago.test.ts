import { expect, it } from 'vitest'
import { ago } from './ago.ts'

it('calls nothing yesterday that was the day before', () => {
  const now = new Date(2026, 4, 8, 9, 0).getTime()
  const said = (day: number, hour: number) => ago(new Date(2026, 4, day, hour), now, 'en')
  expect(said(8, 7)).toBe('2 hours ago')
  expect(said(7, 11)).toBe('22 hours ago')
  expect(said(7, 8)).toBe('yesterday')
  expect(said(6, 20)).toBe('2 days ago')
  expect(said(6, 1)).toBe('2 days ago')
  expect(said(1, 23)).toBe('7 days ago')
  expect(said(10, 8)).toBe('in 2 days')
})
