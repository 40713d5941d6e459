/**
 * What holds up webhooks: `node bench/holdups.ts`. While long knowledge files are read, and calls of thousands of events are taken or refused, a webhook comes
 * every 20 ms. For each part: how long the longest of them waited, and how long the process's event loop did
 * one thing at most, on the clock and in CPU of its thread.
 */
import { createHmac } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { post } from './load.ts';
import { endAll, startHelper } from './process.ts';
import { shipped } from './subjects.ts';

const EVERY_MS = 20;
const EVENTS = 10_000;
const SECRET = 'bench';

const rows = Array.from(
  { length: 72_000 },
  (_, n) => `REF-${n},Spare part ${n} for the engine of series ${n % 97},${n % 500} euros`,
);
const answers = Array.from(
  { length: 12_000 },
  (_, n) =>
    `<h3>Error ${n}</h3><p>Warning ${n} of the device goes away when the unit ${n} is switched off for ${n % 60} minutes, then call department ${n % 90}.</p><table><tr><th>Part</th><th>Price</th></tr><tr><td>P-${n}</td><td>${n % 500} euros</td></tr></table>`,
);
const status = (number: string) => (n: number) =>
  `{"value":{"metadata":{"phone_number_id":"${number}"},"statuses":[{"id":"wamid.${number}.${n}","status":"read","recipient_id":"3460${n}"}]}}`;
const statuses = (number: string) =>
  `{"entry":[{"changes":[${Array.from({ length: EVENTS }, (_, n) => status(number)(n)).join()}]}]}`;
const messages = (number: string) =>
  `{"entry":[{"changes":[{"value":{"metadata":{"phone_number_id":"${number}"},"messages":[${Array.from({ length: EVENTS }, (_, n) => `{"from":"3460${n}","id":"wamid.m.${n}","timestamp":"1","type":"text","text":{"body":"No tengo internet desde ayer"}}`).join()}]}}]}]}`;

const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-holdups-'));
const knowledge = path.join(folder, 'knowledge');
const delays = path.join(folder, 'delays.json');
await mkdir(path.join(knowledge, 'isp-helpdesk'), { recursive: true });
try {
  const platform = await startHelper('platform.ts');
  const { url, child } = await shipped('f', {
    ...{ folder, platformPort: platform.port, llmPort: 1, preload: path.join(import.meta.dirname, 'delays.mjs') },
    env: {
      BENCH_DELAYS: delays,
      DRAGOMAN_KNOWLEDGE: knowledge,
      WHATSAPP_PHONE_NUMBER_ID: '111',
      WHATSAPP_APP_SECRET: SECRET,
    },
  });
  let told = '';
  child.stdout!.on('data', (chunk) => (told += chunk));
  const indexed = async () => {
    for (const before = told.length; !told.slice(before).includes('Knowledge indexed'); ) await sleep(50);
  };
  const whatsapp = (body: string, signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`) =>
    fetch(new URL('/api/integrations/webhooks/whatsapp/', url), {
      ...{ method: 'POST', body },
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature },
    }).then(async (response) => `${response.status} ${(await response.text()).slice(0, 60)}`);

  /** The longest that the event loop was away since the last time. */
  async function longest(): Promise<{ longest: number; cpu: number }> {
    await rm(delays, { force: true });
    child.kill('SIGWINCH');
    for (;;) {
      await sleep(20);
      const text = await readFile(delays, 'utf8').catch(() => '');
      if (text.endsWith('}')) return JSON.parse(text) as { longest: number; cpu: number };
    }
  }

  let update = 0;
  async function part(name: string, work: () => Promise<unknown>): Promise<void> {
    await sleep(2_000);
    await longest();
    const waits: number[] = [];
    const began = performance.now();
    let over = false;
    const working = work().finally(() => (over = true));
    while (!over) {
      const from = performance.now();
      // What starts no turn: nobody is to be answered.
      const body = {
        update_id: ++update,
        message: {
          message_id: update,
          date: 1,
          chat: { id: update, type: 'private' },
          from: { id: update, is_bot: false, first_name: 'A' },
          left_chat_member: { id: 1, is_bot: false, first_name: 'B' },
        },
      };
      await post(url, JSON.stringify(body));
      waits.push(performance.now() - from);
      await sleep(EVERY_MS);
    }
    const outcome = await working;
    const seconds = (performance.now() - began) / 1_000;
    const { longest: delay, cpu } = await longest();
    const figures = `longest webhook ${Math.round(Math.max(...waits))} ms of ${waits.length}, event loop ${Math.round(delay)} ms, its CPU ${Math.round(cpu)} ms`;
    process.stdout.write(
      `${name}, ${seconds.toFixed(1)} s${typeof outcome === 'string' ? ` (${outcome})` : ''}: ${figures}\n`,
    );
  }

  const put = (name: string, content: string) => async () => {
    const done = indexed();
    await writeFile(path.join(knowledge, 'isp-helpdesk', name), content);
    await done;
  };
  await sleep(3_000);
  await part('nothing', () => sleep(5_000));
  const csv = `Reference,Name,Price\n${rows.join('\n')}\n`;
  await part(`a CSV of ${(csv.length / 1e6).toFixed(1)} MB`, put('parts.csv', csv));
  const html = `<!doctype html><html lang="en"><body><main>${answers.join('\n')}</main></body></html>`;
  await part(`HTML of ${(html.length / 1e6).toFixed(1)} MB`, put('manual.html', html));
  await part(`${EVENTS} receipts of ours`, () => whatsapp(statuses('111')));
  await part(`${EVENTS} events of nobody's`, () => whatsapp(statuses('999')));
  await part(`${EVENTS} events with a wrong signature`, () => whatsapp(statuses('111'), `sha256=${'0'.repeat(64)}`));
  // Last, for thousands of turns follow.
  await part(`${EVENTS} messages of ours`, () => whatsapp(messages('111')));
} finally {
  await endAll();
  await rm(folder, { recursive: true, force: true });
}
