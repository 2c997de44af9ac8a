import type { Locator } from 'playwright-core'

/** Waits until the keyboard writes into this: a dialog takes the focus a moment after it has opened. */
export async function hasFocus(target: Locator): Promise<void> {
  await target.and(target.page().locator(':focus')).waitFor()
}
