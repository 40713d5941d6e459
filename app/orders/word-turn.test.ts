import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../adapters/net/clock.ts';
import { loadPersonalData } from '../../adapters/personal-data/detector.ts';
import { whatsapp } from '../../channels/whatsapp/whatsapp.ts';
import { createAnswering } from '../../core/answering/answering.ts';
import type { ApprovedTemplates } from '../../core/orders/approved.ts';
import { createGenerations } from '../../core/orders/generations.ts';
import { DEFAULT_TEXTS } from '../../core/orders/texts.ts';
import type { Plan, Records } from '../../core/ports.ts';
import { startLlm } from '../../simulator/llm.ts';
import { KEY, type LlmServer, providerAt } from '../../test/support/openai.ts';
import { orderOf } from '../../test/support/orders.ts';
import type { LiveTurn } from '../turn.ts';
import { type WordOptions, wordTurn } from './word-turn.ts';
import { createWordings } from './wording.ts';

let llm: LlmServer;
beforeEach(async () => {
  llm = await startLlm({ key: KEY });
});
afterEach(() => llm.close());

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const provider = (): WordOptions['provider'] => ({
  id: 'llms',
  endpoints: [
    {
      name: 'openai gpt-5-mini',
      key: `${llm.url} gpt-5-mini`,
      provider: providerAt(llm.url),
      prices: { input: 1, cached: 1, output: 1 },
    },
  ],
  budgets: { daily: 0, contact: 0 },
  priced: true,
});

/** A turn about an order, and what is written down of it. */
function bench() {
  const noted: object[] = [];
  const spent: object[] = [];
  let replies: object[] = [];
  const records = { followUp: () => ({}), updateFollowUp: (id: string, patch: object) => noted.push({ id, ...patch }) };
  const store = {
    run: async (plan: Plan<unknown>) => plan(records as unknown as Records),
    replies: async () => replies,
    addUsage: async (keys: string[], usage: object) => void spent.push({ keys, ...usage }),
  };
  const parts = {
    ...{ store, clock: systemClock, answering: createAnswering({ clock: systemClock, log: quiet }) },
    responses: { use() {}, note: () => () => {} },
    wordings: createWordings({
      ...{ clock: systemClock, log: quiet, generations: createGenerations(), personalData: loadPersonalData },
    }),
  };
  const account = {
    ...{ id: 'a', language: 'en', timezone: 'UTC', timeoutMs: 60_000, prompt: { manual: '', facts: {} } },
    channel: whatsapp,
  };
  const live = {
    account,
    about: { order: orderOf(), followUp: { id: 'shop/A-1002/POST_PURCHASE', event: 'POST_PURCHASE' } },
    view: { id: 't', attempt: 1, decisions: [] },
    contact: { language: 'es' },
    conversation: { id: 'c', contactId: 'p', session: 's_1', lastInboundAt: Date.now() },
    source: null,
  } as unknown as LiveTurn;
  const options: WordOptions = {
    ...{ node: 'words', texts: (event) => DEFAULT_TEXTS[event], experiment: undefined, fallbackEnabled: true },
    approved: () => ({}),
    provider: provider(),
  };
  return {
    ...{ live, noted, spent },
    word: (more: Partial<WordOptions> = {}) => wordTurn(parts as never, live, { ...options, ...more }),
    again(said: object[]) {
      live.view.attempt = 2;
      replies = said;
    },
  };
}

const livelier = ({ text }: { text: string }) => text.replace('Gracias', 'Mil gracias');

describe('the words of a turn about an order', () => {
  it('are the model’s, who is noted with what it cost, and the person’s day is charged', async () => {
    llm.brain = livelier;
    const { word, live, spent, noted } = bench();
    expect(await word()).toEqual({
      ...{ kind: 'worded', source: 'llm' },
      text: expect.stringMatching(/^¡Hola, Ana! Mil gracias por tu pedido A-1002/),
    });
    expect(live.source).toMatchObject({ kind: 'llm', model: 'gpt-5-mini', node: 'words' });
    expect(live.source!.usage!.cost).toBeGreaterThan(0);
    expect(live.view.decisions).toMatchObject([{ gate: 'order-text', result: 'pass', rule: 'reworded' }]);
    expect(noted).toEqual([{ id: 'shop/A-1002/POST_PURCHASE', generation: 'miss' }]);
    expect(spent).toMatchObject([{ keys: [expect.stringMatching(/^llms:/), expect.stringMatching(/:p$/)] }]);
  });

  it('are those of before where the content is the same, which is noted, and cost nothing', async () => {
    const { word, live, noted } = bench();
    for (const generation of ['miss', 'hit']) {
      await word();
      expect(noted.pop()).toMatchObject({ generation });
    }
    expect(llm.journal).toHaveLength(1);
    expect(live.source).toEqual({ kind: 'llm', node: 'words', usage: undefined });
  });

  it('are the template’s where the model changes its facts, and who was paid is noted', async () => {
    llm.brain = () => 'Tu pedido cuesta 1 €.';
    const { word, live, noted } = bench();
    expect(await word()).toMatchObject({ source: 'template' });
    expect(live.source).toMatchObject({ kind: 'static', model: 'gpt-5-mini', usage: { input: expect.any(Number) } });
    expect(noted).toMatchObject([{ generation: 'miss' }]);
  });

  it('are the template’s where the model fails, and cost nothing', async () => {
    llm.fault = { kind: 'unauthorized' };
    const { word, live } = bench();
    expect(await word()).toMatchObject({ source: 'template', text: expect.stringContaining('¡Hola, Ana! Gracias') });
    expect(live.source).toMatchObject({ kind: 'static', node: 'words' });
    expect(live.view.decisions).toMatchObject([{ rule: 'model-failed' }]);
  });

  it('are none where it fails and the fallback is off, so that the turn is tried again', async () => {
    llm.fault = { kind: 'unauthorized' };
    await expect(bench().word({ fallbackEnabled: false })).rejects.toMatchObject({ retryable: true });
  });

  it('are the template’s where none is to be asked, whatever the fallback', async () => {
    const { word, live } = bench();
    expect(await word({ provider: undefined, fallbackEnabled: false })).toMatchObject({ source: 'template' });
    expect(live.view.decisions).toMatchObject([{ rule: 'no-model' }]);
    expect(llm.journal).toEqual([]);
  });

  it('are none, with a reason, where a model is to be asked, there is none, and the fallback is off', async () => {
    const { word, live } = bench();
    const none = { ...provider()!, endpoints: [] };
    expect(await word({ provider: none, fallbackEnabled: false })).toEqual({ kind: 'none' });
    expect(live.view.decisions).toMatchObject([{ result: 'block', rule: 'no-model' }]);
    expect(await word({ provider: none })).toMatchObject({ source: 'template' });
  });

  it('are those that an earlier attempt stored', async () => {
    const { word, live, again } = bench();
    const source = { kind: 'llm', node: 'words' };
    again([
      { text: 'Somebody else’s', source: { kind: 'llm', node: 'other' } },
      { text: 'As before', source },
    ]);
    expect(await word()).toEqual({ kind: 'repeated', text: 'As before' });
    expect(live.source).toEqual(source);
    expect(llm.journal).toEqual([]);
  });

  it('are of the contact’s variant, which is noted', async () => {
    const { word, noted } = bench();
    const texts: WordOptions['texts'] = (_event, variant) => ({ template: { es: `Variante ${variant}, {number}` } });
    const variants = [{ id: 'a', share: 1 }];
    expect(await word({ texts, provider: undefined, experiment: { name: 'thanks', variants } })).toMatchObject({
      text: 'Variante a, A-1002',
    });
    expect(noted).toEqual([{ id: 'shop/A-1002/POST_PURCHASE', experiment: 'thanks', variant: 'a' }]);
  });

  it('cannot be found for a turn that is about no order', async () => {
    const { word, live } = bench();
    live.about = undefined;
    await expect(word()).rejects.toMatchObject({ code: 'ORDER_MISSING' });
  });
});

describe('where the platform takes no free text any more', () => {
  const thanks = { name: 'order_thanks', code: 'es_ES', body: 'Hola {{1=name}}, gracias por {{2=number}}.' };
  const filled = {
    ...{ name: 'order_thanks', language: 'es_ES', text: 'Hola Ana, gracias por A-1002.' },
    parameters: [{ text: 'Ana' }, { text: 'A-1002' }],
  };
  /** @param lastInboundAt 0: he never wrote */
  function closed(lastInboundAt = 0) {
    const world = bench();
    world.live.conversation.lastInboundAt = lastInboundAt;
    return world;
  }

  it('the template of the event says it, in the customer’s language, and no model is asked', async () => {
    const { word, live } = closed();
    const approved = (event: string): ApprovedTemplates =>
      event === 'POST_PURCHASE' ? { ru: { ...thanks, name: 'ru' }, es: thanks } : {};
    expect(await word({ approved, fallbackEnabled: false })).toMatchObject({ kind: 'worded', source: 'approved' });
    expect(live.template).toEqual(filled);
    expect(live.view.decisions).toMatchObject([
      { result: 'pass', rule: 'template', reason: expect.stringContaining('"order_thanks" says it') },
    ]);
    expect(llm.journal).toEqual([]);
  });

  it.each([
    ['there is no template', {}, 'There is no template for it.'],
    ['it needs a field', { es: { ...thanks, body: '{{1=trackingUrl}}' } }, 'needs trackingUrl, which the order lacks.'],
    ['it is broken', { es: { ...thanks, body: '{{1}}' } }, 'is not whole (no-field).'],
  ])('nothing is said where %s, and it is looked at again', async (_why, approved, reason) => {
    const { word, live, noted } = closed(Date.now() - 25 * 3_600_000);
    expect(await word({ approved: () => approved })).toEqual({ kind: 'held' });
    expect(live.view.decisions).toMatchObject([
      { result: 'block', rule: 'window', reason: expect.stringContaining(reason), until: expect.any(Number) },
    ]);
    expect(live.view.decisions[0]!.reason).toMatch(/^The platform's 24-hour window closed at /);
    expect([noted, llm.journal]).toEqual([[], []]);
  });

  it('a variant is noted only where the variants have templates of their own', async () => {
    const both = ['a', 'b'].map((id) => ({ id, share: 1 }));
    const one = closed();
    await one.word({ experiment: { name: 'x', variants: both }, approved: () => ({ es: thanks }) });
    expect(one.noted).toEqual([{ id: 'shop/A-1002/POST_PURCHASE', variant: undefined }]);
    const own: WordOptions['approved'] = (_event, variant) => ({ es: { ...thanks, name: `thanks_${variant}` } });
    const other = closed();
    await other.word({ experiment: { name: 'x', variants: both }, approved: own });
    const { variant } = other.noted[0] as { variant: string };
    expect(other.live.template!.name).toBe(`thanks_${variant}`);
  });

  it('a template goes along while it is open, for the window may close before the message leaves', async () => {
    const { word, live } = bench();
    llm.brain = livelier;
    expect(await word({ approved: () => ({ es: thanks }) })).toMatchObject({ source: 'llm' });
    expect(live.template).toEqual(filled);
    const other = bench();
    expect(await other.word({ approved: () => ({ es: { ...thanks, body: '{{1}}' } }) })).toMatchObject({
      kind: 'worded',
    });
    expect(other.live.template).toBeUndefined();
  });

  it('a channel without templates never sees one', async () => {
    const { word, live } = bench();
    live.account.channel = { ...whatsapp, renderTemplate: undefined };
    await word({ approved: () => ({ es: thanks }), provider: undefined });
    expect(live.template).toBeUndefined();
  });
});
