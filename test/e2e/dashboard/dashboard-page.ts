import type { Locator, Page } from 'playwright-core';

export const wide = { width: 1_440, height: 900 };
/** What is in the view is on the page within a second; a busy machine gets some more. */
export const shownMaxMs = 10_000;
/** For text that is not large. */
export const contrastMin = 4.5;

/** In the list of engines. */
export function engineNamed(page: Page, name: string | RegExp): Locator {
  return page.getByRole('option', { name });
}
