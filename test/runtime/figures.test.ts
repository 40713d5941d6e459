/** What is counted of a real bot while people write: as figures, as a table, for Prometheus, and as traces at a collector. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Figures } from '../../app/figures/figures.ts';
import { API_FILE, type ApiFile } from '../../core/api.ts';
import { attribute, type Collector, startCollector } from '../../simulator/collector.ts';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';

const MODEL = 'model-m';

let bot: Dragoman;
let llm: Awaited<ReturnType<typeof startLlm>>;
let collector: Collector;
let person = 70_000;

beforeAll(async () => {
  [llm, collector] = await Promise.all([startLlm(), startCollector()]);
  bot = await startDragoman({
    flows: [
      accountConfig('shop'),
      ...entryNodes('shop', '/shop', 'opt-out'),
      { id: 'opt-out', type: 'dragoman-opt-out', version: 1, wires: [['status'], ['out']] },
      { id: 'status', type: 'dragoman-status-gate', version: 1, wires: [['llm'], []] },
      ...[{ id: 'llm', type: 'dragoman-llm', provider: 'endpoint', history: 20, version: 2, wires: [['out']] }],
      { id: 'out', type: 'dragoman-channel-out', version: 1 },
      accountConfig('fixed'),
      ...entryNodes('fixed', '/fixed', 'words'),
      { id: 'words', type: 'template', template: 'We are closed.', wires: [['out']] },
      {
        ...{
          id: 'endpoint',
          type: 'dragoman-provider',
          config: true,
          provider: 'openai',
          variables: 'openai',
          version: 5,
        },
        ...{
          baseUrl: '',
          model: MODEL,
          fallbackModel: '',
          continuity: 'auto',
          maxOutputTokens: '',
          timeoutSeconds: '',
        },
        ...{ pictures: '', priceInput: 1_000, priceCached: '', priceOutput: 1_000, currency: 'EUR', pricesDate: '' },
        ...{
          fallbackPriceInput: '',
          fallbackPriceCached: '',
          fallbackPriceOutput: '',
          dailyBudget: 0,
          contactBudget: 0,
        },
      },
    ],
    env: {
      ...{ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: llm.url, AI_AUTOREPLY: undefined },
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'test bot' },
    },
  });
}, 120_000);
afterAll(async () => {
  await bot?.stop();
  await llm?.close();
  await collector?.close();
});

async function says(text: string, id = ++person, webhook = '/shop'): Promise<number> {
  await bot.happens('telegram', webhook, { kind: 'text', customer: { id, firstName: 'Ana' }, text });
  await bot.quiet();
  return id;
}
async function conversationOf(id: number) {
  const all = await bot.engine.store.conversations({ limit: 100 });
  return all.find(({ address }) => JSON.stringify(address).includes(String(id)))!;
}
async function ask(route: string, token?: string | null) {
  const file = path.join(bot.engine.dataFolder, API_FILE);
  const { token: own } = JSON.parse(await readFile(file, 'utf8')) as ApiFile;
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token ?? own}` };
  return fetch(`${bot.runtime.url}/dragoman${route}`, { headers });
}
const figures = async (query = '') => (await (await ask(`/api/v1/figures${query}`)).json()) as Figures;

describe('while people write', () => {
  it('figures tell who came, who answered, what it cost, and what was held back', async () => {
    const ana = await says('Hello');
    const [{ id }, before] = [await conversationOf(ana), await figures()];
    expect(before.total).toMatchObject({ in: 1, out: { llm: 1 }, turns: { answered: 1 }, failed: 0, optOuts: 0 });
    expect(before.total.reply).toMatchObject({ count: 1, p50: expect.any(Number) });
    const use = before.total.models[MODEL]!;
    expect(use.answers).toBe(1);
    expect(use.input).toBeGreaterThan(0);
    expect(use.cost).toBeCloseTo((use.input + use.output) / 1_000, 6);

    await bot.engine.operator.reply(id, 'I take over.');
    // A person answers now: the bot is held back.
    await says('Are you there?', ana);
    await says('STOP', ++person);
    await says('hello', ++person, '/fixed');
    const { total } = await figures();
    expect(total).toMatchObject({ in: 4, optOuts: 1, blocked: { takeover: 1 } });
    expect(total.out).toMatchObject({ llm: 1, person: 1, flow: 1 });
  });

  it('one account is told apart', async () => {
    const { total, accounts } = await figures('?account=fixed&step=hour');
    expect(total).toMatchObject({ in: 1, out: { flow: 1 }, models: {}, lag: null });
    expect(accounts.map(({ id }) => id).sort()).toEqual(['fixed', 'shop']);
  });

  it('what a platform delivers twice is counted once', async () => {
    const { total: before } = await figures();
    const update = bot.simulator.webhook('telegram', {
      kind: 'text',
      customer: { id: ++person, firstName: 'Ana' },
      text: 'Once',
    });
    for (let times = 0; times < 3; times++) await bot.post('/shop', update.body, update.headers);
    await bot.quiet();
    const { total } = await figures();
    expect([total.in, total.out.llm]).toEqual([before.in + 1, before.out.llm! + 1]);
  });

  it('a table has the same', async () => {
    const answer = await ask('/api/v1/figures.csv?step=day&zone=Europe/Madrid');
    expect(answer.headers.get('content-type')).toContain('text/csv');
    expect(answer.headers.get('content-disposition')).toContain('dragoman-figures.csv');
    const lines = (await answer.text()).trim().split('\r\n');
    const [head, last] = [lines[0]!.split(','), lines.at(-1)!.split(',')];
    const { total } = await figures();
    expect(last[head.indexOf('in')]).toBe(String(total.in));
    const models = await (await ask('/api/v1/figures.csv?table=models')).text();
    expect(models).toContain(MODEL);
  });

  it.each([
    '?step=second',
    '?from=x',
    '?from=1',
    '?zone=Nowhere',
    '?from=0',
    '?step=hour&from=3600000&until=360000000000',
  ])('refuses what is no period: %s', async (query) => {
    const answer = await ask(`/api/v1/figures${query}`);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 'BAD_REQUEST' } }]);
  });

  it('who brings a wrong token is told nothing', async () => {
    for (const route of ['/api/v1/figures', '/api/v1/figures.csv'])
      expect((await ask(route, 'wrong')).status, route).toBe(401);
  });

  it('Prometheus is told the same, and how long the process was held up', async () => {
    const text = await (await ask('/metrics')).text();
    const { total } = await figures('?account=shop');
    expect(text).toContain(`dragoman_messages_in_total{account="telegram"} ${(await figures()).total.in}`);
    expect(text).toMatch(/dragoman_messages_out_total\{account="telegram",writer="person"\} 1/);
    expect(text).toMatch(/dragoman_turns_blocked_total\{account="telegram",rule="takeover"\} 1/);
    expect(text).toMatch(/dragoman_consents_total\{account="telegram",consent="out"\} 1/);
    expect(text).toMatch(/dragoman_event_loop_lag_seconds\{quantile="0.99"\} \d/);
    expect(text).toMatch(/dragoman_reply_seconds_bucket\{account="telegram",le="\+Inf"\} \d/);
    expect(total.reply.count).toBeGreaterThan(0);
    // Asked again, it is watched by one and not by one more.
    expect((await (await ask('/metrics')).text()).match(/^nodejs_eventloop_lag_seconds /gm)).toHaveLength(1);
  });
});

describe('a trace', () => {
  const of = (traceId: string) => collector.spans.filter((span) => span.traceId === traceId);

  it('has a turn with its waiting, its model and its send, under the turn’s own id, and nobody’s words', async () => {
    const customer = await says('My secret word is Xanadu, my number +34 600 111 222');
    const [turn] = await bot.engine.store.turns({ limit: 1 });
    const traceId = turn!.id.replaceAll('-', '');
    await bot.until(() => of(traceId).length >= 3, 20_000);
    const spans = of(traceId);
    const root = spans.find(({ name }) => name === 'turn')!;
    expect(root.parentSpanId).toBeUndefined();
    expect(spans.filter((span) => span !== root).every((span) => span.parentSpanId === root.spanId)).toBe(true);
    expect(attribute(root, 'dragoman.outcome')).toBe('answered');
    expect(attribute(root, 'dragoman.conversation')).toBe((await conversationOf(customer)).id);
    expect(root.events.map(({ name }) => name)).toContain('status-gate: pass');
    const chat = spans.find(({ name }) => name === `chat ${MODEL}`)!;
    expect(attribute(chat, 'gen_ai.request.model')).toBe(MODEL);
    expect(attribute(chat, 'gen_ai.usage.input_tokens')).toBeGreaterThan(0);
    expect(attribute(spans.find(({ name }) => name === 'send')!, 'dragoman.state')).toBe('sent');
    expect(collector.faults).toEqual([]);
    expect(new Set(collector.batches.map(({ service }) => service))).toEqual(new Set(['test bot']));
    const everything = JSON.stringify(collector.spans);
    for (const word of ['Xanadu', '600', 'Ana']) expect(everything).not.toContain(`"${word}`);
    expect(everything).not.toMatch(/Xanadu|600 ?111/);
  });
});
