/** The design tokens and the colours of the chats, as a browser computes them on the simulator page. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../test/support/browser.ts';
import { type SimulatorPage, serveSimulatorPage } from '../test/support/simulator-page.ts';

let browser: Browser;
let server: SimulatorPage;

// The first run unpacks the browser.
beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), serveSimulatorPage()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test.each(['light', 'dark'] as const)('text has AA contrast: %s', { timeout: 30_000 }, async (colorScheme) => {
  const page = await browser.newPage({ colorScheme, locale: 'en-US', viewport: { width: 1440, height: 900 } });
  await page.goto(server.url);
  const low: string[] = [];
  for (const account of ['Soporte FibraNet', 'FibraNet Asistencia', 'Café Aurora']) {
    await page.getByRole('radio', { name: new RegExp(account) }).check({ force: true });
    await page.getByRole('heading', { name: `Write as a customer of ${account}` }).waitFor();
    low.push(...(await page.locator('dm-chat .list').evaluate(lowContrast)));
  }
  expect(low).toEqual([]);
});

/** Runs in the page: pairs of text and background variables below 4.5:1, as they hold inside `element`. */
function lowContrast(element: Element): string[] {
  const pairs: [text: string, on: string][] = [
    ...['text', 'muted', 'accent', 'bad'].flatMap((text): [string, string][] => [
      [text, 'surface'],
      [text, 'page'],
      [text, 'hover'],
    ]),
    ...['text', 'muted'].map((text): [string, string] => [text, 'sunken']),
    ...['ok', 'warn', 'bad', 'info', 'accent'].map((tone): [string, string] => [tone, `${tone}-soft`]),
    ['text', 'accent-soft'],
    ['muted', 'accent-soft'],
    ['on-accent', 'accent'],
    ['on-accent', 'bad'],
    ['text', 'chat-theirs'],
    ['chat-meta', 'chat-theirs'],
    ['chat-link', 'chat-theirs'],
    ['chat-mine-text', 'chat-mine'],
    ['chat-mine-meta', 'chat-mine'],
    ['muted', 'raised'],
  ];
  const probe = element.appendChild(document.createElement('i'));
  const style = getComputedStyle(probe);
  /** Relative luminance of every colour in a value: a gradient has several. */
  const luminances = (name: string): number[] => {
    const fallback = name === 'chat-mine-text' ? ', var(--dm-text)' : '';
    probe.style.cssText = `background: var(--dm-${name}${fallback})`;
    const text = style.backgroundImage === 'none' ? style.backgroundColor : style.backgroundImage;
    return [...text.matchAll(/rgb\((\d+), (\d+), (\d+)\)/g)].map((match) => {
      const [r = 0, g = 0, b = 0] = match.slice(1).map((part) => {
        const value = Number(part) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    });
  };
  const low = pairs.flatMap(([text, on]) => {
    const [a] = luminances(text);
    const backgrounds = luminances(on);
    if (a === undefined || backgrounds.length === 0) return [`${text} on ${on}: no colour`];
    return backgrounds
      .map((b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05))
      .filter((ratio) => ratio < 4.5)
      .map((ratio) => `${text} on ${on}: ${ratio.toFixed(2)}`);
  });
  probe.remove();
  return low;
}
