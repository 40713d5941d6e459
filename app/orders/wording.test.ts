import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../adapters/net/clock.ts';
import { loadPersonalData } from '../../adapters/personal-data/detector.ts';
import { DragomanError } from '../../core/errors.ts';
import { createGenerations } from '../../core/orders/generations.ts';
import { DEFAULT_TEXTS } from '../../core/orders/texts.ts';
import type { Clock } from '../../core/ports.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { startLlm } from '../../simulator/llm.ts';
import { KEY, type LlmServer, providerAt } from '../../test/support/openai.ts';
import { orderOf } from '../../test/support/orders.ts';
import { createWordings, type WordingModel, type WordingRequest } from './wording.ts';

let llm: LlmServer;
const lines: string[] = [];
const note = (level: string) => (line: string) => void lines.push(`${level} ${line}`);
const log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };

beforeEach(async () => {
  llm = await startLlm({ key: KEY });
  lines.length = 0;
});
afterEach(() => llm.close());

/** The stand-in over real HTTP, as the openai provider asks it. */
const model = (): WordingModel => {
  const provider = providerAt(llm.url, { continuity: 'replay' });
  return {
    name: 'openai gpt-5-mini',
    async ask(question) {
      const answer = await provider.answer({ ...question, passages: [], session: 's_1' });
      return answer && { text: answer.text, usage: answer.source.usage };
    },
  };
};
const account = { language: 'en', timezone: 'Europe/Madrid', prompt: { manual: '', facts: { tone: 'warm' } } };
const request = (more: Partial<WordingRequest> = {}): WordingRequest => ({
  order: orderOf(),
  event: 'POST_PURCHASE',
  texts: DEFAULT_TEXTS.POST_PURCHASE,
  language: 'es',
  account,
  model: model(),
  fallbackEnabled: true,
  ...more,
});
function bench(clock: Clock = systemClock) {
  const generations = createGenerations();
  return { generations, ...createWordings({ clock, log, generations, personalData: loadPersonalData }) };
}

const TEMPLATE =
  '¡Hola, Ana! Gracias por tu pedido A-1002: 2 × Camiseta azul y Taza. Total: 1234,50 €. Si tienes alguna duda, responde a este mensaje.';
const plainSpaces = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');
const livelier = ({ text }: { text: string }) =>
  text.replace('¡Hola, [NAME_1]! Gracias', 'Ay, [NAME_1], ¡qué ilusión! Mil gracias');

describe('a message about an order', () => {
  it('is worded by the model, which sees neither name, number nor phone', async () => {
    llm.brain = livelier;
    const order = orderOf({ fields: { courier: 'SEUR, 600 111 222' } });
    const template = { es: `${DEFAULT_TEXTS.POST_PURCHASE.template.es}[ {courier}]` };
    const { text, ...rest } = await bench().word(request({ order, texts: { template } }));
    expect(plainSpaces(text)).toBe(
      `${TEMPLATE.replace('¡Hola, Ana! Gracias', 'Ay, Ana, ¡qué ilusión! Mil gracias')} SEUR, 600 111 222`,
    );
    expect(rest).toEqual({
      ...{ language: 'es', source: 'llm', rule: 'reworded', reason: 'Worded by a model.', cached: false },
      usage: { input: expect.any(Number), output: expect.any(Number) },
    });
    const body = llm.journal[0]!.body as { instructions: string; input: { content: string }[] };
    expect(plainSpaces(body.input[0]!.content)).toBe(
      '¡Hola, [NAME_1]! Gracias por tu pedido [ID_1]: 2 × Camiseta azul y Taza. Total: 1234,50 €. Si tienes alguna duda, responde a este mensaje. SEUR, [PHONE_1]',
    );
    expect(body.instructions).toMatch(/Spanish \(es\)\.\nTone: warm$/);
    expect(JSON.stringify(llm.journal)).not.toMatch(/Ana|A-1002|600 ?111/);
  });

  it.each([
    ['an amount', (text: string) => text.replace('1234,50', '1234,05'), 'number'],
    ['a product', (text: string) => text.replace('Taza', 'Tazón'), 'product'],
    ['a discount', (text: string) => `${text} ¡Y un 20 % de descuento!`, 'number'],
    ['a promise', (text: string) => `${text} ¡Mañana gratis en tu casa!`, 'promise'],
    ['a token', (text: string) => text.replace('[ID_1]', '[ID_2]'), 'placeholder'],
    [
      'nothing but words',
      () => 'Gracias por confiar en nosotros, de todo corazón, en nombre de todo el equipo.',
      'product',
    ],
  ])('is the template where the model changes %s, and what that cost is told', async (_what, change, broken) => {
    llm.brain = ({ text }) => change(text);
    const { word } = bench();
    const { text, ...rest } = await word(request());
    expect(plainSpaces(text)).toBe(TEMPLATE);
    expect(rest).toMatchObject({ source: 'template', rule: 'facts-changed', cached: false });
    expect(rest.reason).toContain(`(${broken})`);
    expect(rest.usage?.input).toBeGreaterThan(0);
    await word(request());
    expect(llm.journal).toHaveLength(2);
  });

  it('in Persian stands between marks of direction, and is worded all the same', async () => {
    llm.brain = ({ text }) => text.replace('سپاسگزاریم', 'بسیار سپاسگزاریم');
    const { text, source } = await bench().word(request({ language: 'fa' }));
    expect(source).toBe('llm');
    expect(text).toContain('سلام \u2068Ana\u2069! از سفارش شما با شماره \u2068A-1002\u2069 بسیار سپاسگزاریم');
  });

  it('is the template where no model is configured', async () => {
    const worded = await bench().word(request({ model: undefined, fallbackEnabled: false }));
    expect(plainSpaces(worded.text)).toBe(TEMPLATE);
    expect(worded).toMatchObject({ source: 'template', rule: 'no-model', cached: false });
    expect(llm.journal).toEqual([]);
  });

  it('is in the contact’s language, else the order’s, else the account’s', async () => {
    const { word } = bench();
    const languageOf = async (more: Partial<WordingRequest>) =>
      (await word(request({ model: undefined, ...more }))).language;
    expect(await languageOf({ language: 'ru' })).toBe('ru');
    expect(await languageOf({ language: undefined, order: orderOf({ customer: { language: 'it' } }) })).toBe('it');
    expect(await languageOf({ language: 'de' })).toBe('en');
  });

  it('is a text that needs nothing where the order lacks what the template needs', async () => {
    const { word } = bench();
    const order = orderOf({ customer: { name: undefined }, total: undefined });
    const template = { es: '{name}, son {total}.' };
    expect(await word(request({ order, texts: { template } }))).toEqual({
      ...{ text: DEFAULT_TEXTS.POST_PURCHASE.fallback.es, language: 'es', source: 'fallback', cached: false },
      ...{ rule: 'template-not-filled', reason: 'The order lacks name, total, so the fallback text is said.' },
    });
    const own = { template, fallback: { es: 'Gracias por {number}.' } };
    expect((await word(request({ order, texts: own }))).text).toBe('Gracias por A-1002.');
    const bad = { template: { es: 'Hola {name' }, fallback: { es: '{total}' } };
    expect(await word(request({ order, texts: bad }))).toMatchObject({
      text: DEFAULT_TEXTS.POST_PURCHASE.fallback.es,
      reason: 'The template is broken (unbalanced-braces), so the fallback text is said.',
    });
    expect((await word(request({ texts: { template: {} } }))).source).toBe('fallback');
    expect(llm.journal).toEqual([]);
  });
});

describe('a model that fails', () => {
  it('is told of once, and the template is said where the setting allows', async () => {
    const { word } = bench();
    llm.fault = { kind: 'unauthorized' };
    const first = await word(request());
    expect(plainSpaces(first.text)).toBe(TEMPLATE);
    expect(first).toMatchObject({ source: 'template', rule: 'model-failed', cached: false });
    await word(request());
    expect(lines.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringMatching(/^warn openai gpt-5-mini did not word a message: PROVIDER_FAILED: .*\(Told once/),
    ]);
    llm.fault = null;
    expect(await word(request())).toMatchObject({ source: 'llm' });
    expect(lines.at(-1)).toMatch(/^info openai gpt-5-mini works again, after 2 failures/);
    expect(lines.join('\n')).not.toMatch(/Ana|A-1002|600111222/);
  });

  it('says nothing where the fallback is off', async () => {
    llm.fault = { kind: 'error' };
    await expect(bench().word(request({ fallbackEnabled: false }))).rejects.toMatchObject({
      ...{ name: 'DragomanError', code: 'PROVIDER_FAILED', retryable: true },
    });
  });

  it('is waited for so long and no longer', async () => {
    const clock = virtualClock(0);
    const ask = () => new Promise<never>(() => {});
    const { word } = bench(clock);
    const worded = word(request({ model: { name: 'slow', ask }, timeoutMs: 5_000 }));
    await expect.poll(() => clock.next()).toBe(5_000);
    await clock.advance(5_000);
    expect(await worded).toMatchObject({
      source: 'template',
      reason: 'The template is said: It gave no answer within 5 s.',
    });
  });

  it('is not blamed where the caller ended it', async () => {
    llm.fault = { kind: 'hang' };
    const ending = new AbortController();
    const worded = bench().word(request({ signal: ending.signal }));
    await expect.poll(() => llm.journal.length).toBe(1);
    ending.abort();
    await expect(worded).rejects.toMatchObject({ code: 'PROVIDER_FAILED', retryable: true });
    expect(lines).toEqual([]);
  });

  it.each([null, { text: ' ' }])('is one that says nothing: %j', async (answer) => {
    const silent = { name: 'silent', ask: async () => answer };
    expect(await bench().word(request({ model: silent }))).toMatchObject({ rule: 'model-failed' });
  });

  it('that breaks in an unknown way tells nothing of the request', async () => {
    const broken = { name: 'broken', ask: () => Promise.reject(new TypeError('Ana +34600111222')) };
    const { reason } = await bench().word(request({ model: broken }));
    expect(reason).toBe('The template is said: It broke with a TypeError.');
  });
});

describe('what a model wrote', () => {
  it('is said again to whoever gets the same content, with his own name and number', async () => {
    llm.brain = livelier;
    const { word } = bench();
    await word(request());
    const { text, ...rest } = await word(request({ order: orderOf({ number: 'B-7', customer: { name: 'Luis' } }) }));
    expect(text).toContain('Ay, Luis, ¡qué ilusión! Mil gracias por tu pedido B-7: 2 ×');
    expect(rest).toMatchObject({ source: 'llm', cached: true });
    expect(rest.usage).toBeUndefined();
    expect(llm.journal).toHaveLength(1);
  });

  it('is asked for once, however many of a batch want it at once', async () => {
    llm.brain = livelier;
    const { word } = bench();
    const orders = Array.from({ length: 20 }, (_, at) => orderOf({ number: `B-${at}` }));
    const all = await Promise.all(orders.map((order) => word(request({ order }))));
    expect(llm.journal).toHaveLength(1);
    expect(all.filter(({ cached }) => cached)).toHaveLength(19);
    for (const [at, { text }] of all.entries()) expect(text).toContain(`pedido B-${at}:`);
  });

  it('and what a failed attempt cost is told', async () => {
    const spent = { input: 7, output: 0 };
    const error = Object.assign(new DragomanError('PROVIDER_FAILED', 'It failed.', 'Repair it.'), { spent });
    const failing = { name: 'failing', ask: () => Promise.reject(error) };
    const { word } = bench();
    const all = await Promise.all([1, 2, 3].map(() => word(request({ model: failing }))));
    for (const worded of all) expect(worded).toMatchObject({ rule: 'model-failed', usage: spent });
  });

  it('is not said where anything differs that decides the words', async () => {
    const { word } = bench();
    await word(request());
    const others: Partial<WordingRequest>[] = [
      { variant: 'B' },
      { language: 'it' },
      { event: 'ORDER_DELIVERED' },
      { texts: { ...DEFAULT_TEXTS.POST_PURCHASE, style: 'short' } },
      { order: orderOf({ items: [{ name: 'Vaso', quantity: 1 }] }) },
      { order: orderOf({ customer: { name: undefined } }) },
      { model: { ...model(), name: 'another' } },
    ];
    for (const other of others) expect(await word(request(other))).toMatchObject({ source: 'llm', cached: false });
    expect(llm.journal).toHaveLength(1 + others.length);
  });

  it('is looked at again before it is said again', async () => {
    const { word, generations } = bench();
    const spoiled = {
      ...generations,
      get: async () => 'Todo gratis para [NAME_1] y su pedido [ID_1], con mucho cariño siempre.',
    };
    const { word: careful } = createWordings({
      clock: systemClock,
      log,
      generations: spoiled,
      personalData: loadPersonalData,
    });
    expect(await careful(request())).toMatchObject({ source: 'llm', cached: false });
    expect(await word(request())).toMatchObject({ cached: true });
  });

  it('gives no token back that a product is called like', async () => {
    const order = orderOf({ items: [{ name: 'Bolsa [NAME_1]', quantity: 1 }] });
    const { text } = await bench().word(request({ order }));
    expect(text).toContain('Bolsa [NAME_1]');
  });
});
