import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { provideBrowser } from '../../../../tools/bootstrap/browser.mjs';

const screenshots = fileURLToPath(new URL('../../../../.cache/screenshots/', import.meta.url));

export type Look = { readonly width: number; readonly height: number; readonly colors?: 'light' | 'dark' };

/** A page in a real browser, as a user has it; what it complains of is kept. */
export class BrowserPage {
  readonly page: Page;
  /** Errors and warnings of the page's console, and exceptions that nobody caught. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;

  /** `assets`: folder with the page's files, for a gateway that runs from its sources and has none. */
  static async open(
    url: string,
    { width, height, colors = 'light' }: Look,
    { assets }: { readonly assets?: string } = {},
  ): Promise<BrowserPage> {
    // Root in a container has no sandbox to give.
    const browser = await chromium.launch({ executablePath: await provideBrowser(), args: ['--no-sandbox'] });
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: colors });
    const opened = new BrowserPage(browser, page);
    if (assets !== undefined) await serveFrom(page, assets);
    await page.goto(url);
    return opened;
  }

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  /** To be looked at: `.cache/screenshots/<name>.png`. */
  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}

async function serveFrom(page: Page, folder: string): Promise<void> {
  await page.route(/\/assets\//, (route) => route.fulfill({ path: join(folder, basename(route.request().url())) }));
  await page.route(/:\d+\/$/, (route) => route.fulfill({ path: join(folder, 'index.html') }));
}
