import { HOUR_MS, hourOf, tallied, tallyId, timed } from './core/figures/tallies.ts';
import { launchBrowser } from './test/support/browser.ts';
import { startDragoman } from './test/support/dragoman.ts';
import { accountConfig, entryNodes } from './test/support/flow-nodes.ts';

const flows = [
  accountConfig('shop', { name: 'Flower shop' }),
  ...entryNodes('shop', '/shop', 'echo'),
  accountConfig('help', { name: 'Helpdesk', channel: 'whatsapp' }),
  ...entryNodes('help', '/help', 'echo'),
  { id: 'echo', type: 'template', template: 'You wrote: {{{payload}}}', wires: [['out']] },
  { id: 'out', type: 'dragoman-channel-out', version: 1 },
];
const bot = await startDragoman({
  flows,
  env: { DRAGOMAN_SIMULATOR: undefined, DRAGOMAN_API_TOKEN: undefined, OPENAI_API_KEY: undefined },
});
const browser = await launchBrowser();
let seed = 7;
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
const now = hourOf(Date.now());
for (let day = 0; day < 120; day++)
  await bot.engine.store.run((records) => {
    for (let h = 0; h < 24; h++)
      for (const accountId of ['shop', 'help', '']) {
        const hour = now - (day * 24 + h) * HOUR_MS;
        const sums: Record<string, [number, number, number]> = {};
        const local = new Date(hour).getUTCHours();
        const busy =
          Math.max(0, Math.sin(((local - 6) / 16) * Math.PI)) *
          (accountId === 'shop' ? 22 : 12) *
          (1 - day / 200) *
          ([0, 6].includes(new Date(hour).getUTCDay()) ? 0.55 : 1);
        const of = Math.round(busy * (0.7 + random() * 0.6));
        if (accountId === '') tallied(sums, 'lag', '', 15 + random() ** 4 * 300);
        for (let each = 0; accountId !== '' && each < of; each++) {
          tallied(sums, 'in');
          const blocked = random() < 0.08;
          tallied(sums, 'turn', blocked ? 'blocked' : 'answered');
          if (blocked)
            tallied(
              sums,
              'blocked',
              ['takeover', 'takeover', 'takeover', 'handover', 'handover', 'consent', 'window', 'rate'][
                Math.floor(random() * 8)
              ],
            );
          else
            tallied(
              sums,
              'out',
              random() < 0.62
                ? 'llm'
                : random() < 0.4
                  ? 'knowledge'
                  : random() < 0.6
                    ? 'person'
                    : random() < 0.5
                      ? 'static'
                      : 'unasked',
            );
          timed(sums, 'reply', 900 + random() ** 3 * 9000);
          const model = random() < 0.8 ? 'gpt-5-mini' : 'qwen3:8b';
          tallied(sums, 'input', model, 900 + random() * 900);
          tallied(sums, 'output', model, 60 + random() * 200);
          tallied(sums, 'cost', model, model[0] === 'g' ? 0.0008 : 0.0001);
          if (random() < 0.01) tallied(sums, 'consent', random() < 0.8 ? 'out' : 'in');
          if (random() < 0.012) tallied(sums, 'lost', random() < 0.7 ? 'failed' : 'unknown');
          if (random() < 0.03) {
            timed(sums, 'firstHuman', 60_000 + random() * 900_000);
            timed(sums, 'humanDone', 900_000 + random() * 3_000_000);
          }
        }
        if (accountId && of) tallied(sums, 'queue', '', Math.round(of / 4 + random() * 4));
        records.putTally({ id: tallyId(hour, accountId), hour, accountId, sums });
      }
  });
const shots: [string, string, 'light' | 'dark', number, string][] = [
  ['en-wide', 'en', 'light', 1280, ''],
  ['en-dark', 'en', 'dark', 1280, '&period=month'],
  ['es-dark', 'es', 'dark', 1280, '&period=day'],
  ['fa-wide', 'fa', 'light', 1280, '&period=month'],
  ['fa-dark', 'fa', 'dark', 1280, ''],
  ['en-phone', 'en', 'light', 390, ''],
  ['fa-phone', 'fa', 'dark', 390, ''],
  ['es-phone', 'es', 'light', 390, '&period=quarter'],
  ['en-year', 'en', 'light', 1600, '&period=year&account=shop'],
];
for (const [name, lang, colorScheme, width, more] of shots) {
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 844 : 900 },
    colorScheme,
    timezoneId: 'Europe/Madrid',
    locale: 'en-US',
  });
  const page = await context.newPage();
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && console.log(name, m.text()));
  page.on('pageerror', (e) => console.log(name, String(e)));
  const began = Date.now();
  await page.goto(`${bot.runtime.url}/figures?lang=${lang}${more}`);
  await page
    .locator('figures-chart canvas')
    .first()
    .waitFor({ timeout: 15000 })
    .catch((e) => console.log(name, String(e).slice(0, 200)));
  console.log(name, Date.now() - began, 'ms');
  await page.waitForTimeout(300);
  // the page scrolls inside
  const height = await page.evaluate(
    () => document.querySelector('dm-figures')!.shadowRoot!.querySelector('.scroll')!.scrollHeight + 60,
  );
  await page.setViewportSize({ width, height: Math.min(height, 4200) });
  await page.waitForTimeout(300);
  await page.screenshot({ path: `/tmp/shots/${name}.png` });
  await context.close();
}
await browser.close();
await bot.stop();
process.exit(0);
