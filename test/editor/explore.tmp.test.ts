import { it } from 'vitest';
import { launchBrowser } from '/work/main/test/support/browser.ts';
import { startRuntime } from '/work/main/test/support/harness.ts';

it('look', async () => {
  const rt = await startRuntime({
    settings: { disableEditor: false, editorTheme: { tours: false, palette: { catalogues: [] } } },
    env: { DRAGOMAN_DATA: '/tmp/ed/data', DRAGOMAN_SIMULATOR: 'off' },
    flows: [
      {
        id: 'acc',
        config: true,
        type: 'dragoman-account',
        name: '',
        channel: 'telegram',
        enabled: true,
        envPrefix: '',
        settings: {},
        language: 'fa',
        timezone: 'Asia/Tehran',
        manualPrompt: 'سلام، تو دستیار هستی',
        business: '',
        hours: '',
        tone: '',
        links: '',
        staticTexts: { es: 'Hola', fa: 'سلام! من دستیار فروشگاه نیلو هستم.' },
        suggestions: ['Hola', 'STOP'],
        takeoverSeconds: 300,
        reopens: false,
        burst: true,
        dailyLimit: 0,
        version: 1,
      },
      {
        id: 'prov',
        config: true,
        type: 'dragoman-provider',
        name: '',
        provider: 'openai',
        baseUrl: '',
        model: '',
        fallbackModel: '',
        version: 1,
      },
      { id: 'in', type: 'dragoman-channel-in', account: 'acc', wires: [['oo']], version: 1 },
      ...[
        'opt-out',
        'status-gate',
        'handoff',
        'rate-limit',
        'language',
        'anonymize',
        'rag',
        'llm',
        'set-status',
        'channel-out',
      ].map((n, i) => ({
        id: 'n' + i,
        type: 'dragoman-' + n,
        x: 400,
        y: 40 * (i + 1),
        perSecond: 5,
        perMinute: 20,
        languages: 'es,en',
        fallback: '',
        base: '',
        limit: 5,
        provider: 'prov',
        history: 20,
        status: 'closed',
        confirmOut: '',
        confirmIn: '',
        version: 1,
        wires: [[], []],
      })),
    ],
  });
  const b = await launchBrowser();
  try {
    for (const scheme of ['light', 'dark'] as const) {
      const page = await b.newPage({ viewport: { width: 1400, height: 900 }, colorScheme: scheme });
      page.on('console', (m) => {
        if (m.type() === 'error' || m.type() === 'warning' || m.type() === 'log')
          console.error('CONSOLE', m.type(), m.text(), m.location().url);
      });
      page.on('pageerror', (e) => console.error('PAGEERR', e.message));
      await page.goto(rt.url + '/admin/');
      await page.waitForFunction(() => (window as any).RED?.nodes?.node?.('in'));
      if (scheme === 'dark') await page.evaluate(() => document.documentElement.classList.add('nr-theme-dark'));
      await page.waitForTimeout(1200);
      await page.screenshot({ path: `/tmp/ed/00-${scheme}.png` });
      const only = process.env.ONLY?.split(',');
      for (const id of ['in', ...Array.from({ length: 10 }, (_, i) => 'n' + i)]) {
        if (only && !only.includes(id)) continue;
        await page.evaluate((id) => {
          const R = (window as any).RED;
          R.editor.edit(R.nodes.node(id));
        }, id);
        await page.waitForTimeout(500);
        await page.screenshot({ path: `/tmp/ed/${id}-${scheme}.png`, clip: { x: 700, y: 0, width: 700, height: 600 } });
        await page.click('#node-dialog-cancel');
        await page.waitForTimeout(400);
      }
      for (const [id, t] of [
        ['acc', 'dragoman-account'],
        ['prov', 'dragoman-provider'],
      ]) {
        await page.evaluate(
          ([id, t]) => {
            const R = (window as any).RED;
            R.editor.editConfig('', t, id);
          },
          [id, t],
        );
        await page.waitForTimeout(600);
        await page.screenshot({ path: `/tmp/ed/${id}-${scheme}.png` });
        if (id === 'acc')
          for (const tab of ['prompt', 'behaviour']) {
            await page.click(`#dragoman-account-tabs a[href="#dragoman-account-${tab}"]`);
            await page.waitForTimeout(300);
            await page.screenshot({ path: `/tmp/ed/${id}-${tab}-${scheme}.png` });
          }
        await page.click('#node-config-dialog-cancel');
        await page.waitForTimeout(400);
      }
      const sheet = await b.newPage({ viewport: { width: 1640, height: 1500 } });
      const { readFileSync } = await import('node:fs');
      const img = (f: string) =>
        `data:image/png;base64,${readFileSync(`/tmp/ed/${f}-${scheme}.png`).toString('base64')}`;
      await sheet.setContent(
        ['in', ...Array.from({ length: 10 }, (_, i) => 'n' + i)]
          .map(
            (f) => `<img src="${img(f)}" style="width:540px;height:370px;object-fit:cover;object-position:top right">`,
          )
          .join(''),
      );
      await sheet.waitForTimeout(300);
      await sheet.screenshot({ path: `/tmp/ed/sheet-${scheme}.png` });
      const s2 = await b.newPage({ viewport: { width: 1640, height: 1100 } });
      await s2.setContent(
        ['acc', 'acc-prompt', 'acc-behaviour', 'prov']
          .map(
            (f) =>
              `<div style="width:810px;height:530px;overflow:hidden;display:inline-block"><img src="${img(f)}" style="width:1400px;margin-left:-590px;"></div>`,
          )
          .join(''),
      );
      await s2.waitForTimeout(300);
      await s2.screenshot({ path: `/tmp/ed/sheet2-${scheme}.png` });
      await page.close();
      await sheet.close();
      await s2.close();
    }
  } finally {
    await b.close();
    await rt.stop();
  }
}, 120000);
