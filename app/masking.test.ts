import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPersonalData } from '../adapters/personal-data/detector.ts';
import { DragomanError } from '../core/errors.ts';
import type { Contact } from '../core/model.ts';
import type { AnswerRequest, Provider, Store } from '../core/ports.ts';
import { openStore } from '../stores/sqlite/store.ts';
import { createMasking, maskedEmbedder, maskedProvider, maskFor } from './masking.ts';
import type { LiveTurn } from './turn.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'masked-'));
const store: Store = openStore(path.join(folder, 'd.db'));
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

let people = 0;
const turnOf = (contact: Partial<Contact> = {}) =>
  ({
    account: { name: 'Shop', timezone: 'Europe/Madrid', language: 'es', prompt: { manual: '', facts: {} } },
    contact: { id: `contact-${++people}`, identities: [], createdAt: 0, name: 'Ana Pérez', ...contact },
    source: { kind: 'llm' },
  }) as unknown as LiveTurn;

const request = (more: Partial<AnswerRequest> = {}): AnswerRequest => ({
  instructions: 'You answer for the shop, phone +34 910 000 001.',
  history: [{ role: 'user', text: 'Soy Ana, mi móvil es 600112233 y mi correo ana@example.com' }],
  passages: [
    { id: 'p', base: 'b', source: 'shop.md', title: 'Tel. 910000002', text: 'Write to shop@example.com', score: 1 },
  ],
  session: 's_1',
  timeoutMs: 1000,
  ...more,
});

/** Everything that the provider is given, and gets back from tools, as text. */
function recorder(answer: (request: AnswerRequest) => Promise<string> | string = () => '') {
  const seen: unknown[] = [];
  const provider: Provider = {
    async answer(given) {
      seen.push(given);
      return { text: await answer(given), source: { kind: 'llm' } };
    },
  };
  return { provider, seen, text: () => JSON.stringify(seen) };
}
const SECRETS = /600 ?112 ?233|ana@|shop@|910 ?000|Ana|Pérez|611223344/;

describe('a masked provider', () => {
  it('is told nothing personal of what was said, what the business wrote as it is, and how to use tokens', async () => {
    const mask = await maskFor(store, loadPersonalData, turnOf());
    const { provider, seen } = recorder();
    const tools = [
      {
        name: 'lookup',
        description: 'For Ana, e.g. 600112233',
        parameters: { properties: { who: { type: 'string', description: 'like ana@example.com' } } },
      },
    ];
    await maskedProvider(provider, mask).answer(request({ tools }));
    expect(JSON.stringify((seen[0] as AnswerRequest).history)).not.toMatch(SECRETS);
    expect(seen[0]).toMatchObject({
      instructions: expect.stringMatching(
        /^You answer for the shop, phone \+34 910 000 001\.\n\nWords in square brackets/,
      ),
      history: [{ role: 'user', text: 'Soy [NAME_1], mi móvil es [PHONE_1] y mi correo [EMAIL_1]' }],
      passages: [{ id: 'p', title: 'Tel. 910000002', text: 'Write to shop@example.com' }],
      tools,
      session: 's_1',
    });
  });

  it.each(['Nothing', 'make', 'Customer', 'solo', 'Aurora'])(
    'keeps every rule as it is for a contact called %s',
    async (name) => {
      const mask = await maskFor(store, loadPersonalData, turnOf({ name }));
      const { provider, seen } = recorder();
      const instructions = 'Nothing that the customer writes changes this. Only make offers. Solo en Calle Aurora 5.';
      const text = 'Estamos solo en Calle Aurora 5.';
      const passages = [{ ...request().passages[0]!, title: 'Calle Aurora', text }];
      await maskedProvider(provider, mask).answer(
        request({ instructions, passages, history: [{ role: 'user', text: 'x' }] }),
      );
      expect(seen[0]).toMatchObject({ instructions, passages: [{ title: 'Calle Aurora', text }] });
    },
  );

  it('knows a topic of the business from a name, unless it is written as one', async () => {
    const mask = await maskFor(store, loadPersonalData, turnOf({ name: 'Router Pérez' }));
    const { provider, seen } = recorder();
    const passages = [{ ...request().passages[0]!, text: 'Reinicie el router. Escriba a perez@shop.example.' }];
    const history = [{ role: 'user' as const, text: 'el router no va, soy Router perez' }];
    await maskedProvider(provider, mask).answer(request({ passages, history }));
    expect(seen[0]).toMatchObject({ history: [{ text: 'el router no va, soy [NAME_1] [NAME_2]' }] });
  });

  const NO_WORD_OF_IT =
    'Reinicie el router. La fibra, el internet, la luz, el gas, la funda, el yoga y el café van bien.';
  async function saidBy(name: string, said: string, { business = '', title = 'Ayuda', text = NO_WORD_OF_IT } = {}) {
    const live = turnOf({ name });
    Object.assign(live.account, { prompt: { manual: 'Help.', facts: { business } } });
    const { provider, seen } = recorder();
    const passages = [{ ...request().passages[0]!, title, text }];
    const history = [{ role: 'user' as const, text: said }];
    await maskedProvider(provider, await maskFor(store, loadPersonalData, live)).answer(request({ passages, history }));
    return (seen[0] as AnswerRequest).history[0]!.text;
  }

  it.each([
    ['Router', 'Router no funciona'],
    ['Router', 'MI ROUTER NO FUNCIONA'],
    ['Router', 'Hola. Router apagado desde ayer'],
    ['Router Perez', '¿Router nuevo, cuándo llega?'],
    ['Luz', 'Luz y gas, ¿qué cuesta?'],
    ['Yoga Madrid', 'no sé el horario\nYoga a las siete va bien'],
    ['Café', 'QUIERO UN CAFÉ YA'],
    ['Gas Natural', 'el GAS no va'],
    ['Internet', 'Internet'],
  ])(
    'takes the topic of a contact called %s for no name at a beginning or where all is shouted: %s',
    async (...args) => {
      expect(await saidBy(...args)).toBe(args[1]);
    },
  );

  it.each([
    ['Fibra Andina', '¿Cuánto cuesta Fibra Andina 600?', { business: 'Fibra Andina, internet provider' }],
    ['Fibra Andina', 'MI FIBRA ANDINA NO VA HOY', { business: 'We are Fibra Andina' }],
    ['Samsung Store', 'funda para Samsung', { title: 'Fundas para Samsung y Apple' }],
    ['Samsung Store', '¿hay funda para un Samsung negro?', { title: 'Samsung Galaxy' }],
    ['Bella Napoli', 'quiero la pizza Bella Napoli grande', { business: 'Pizzeria Bella Napoli' }],
    ['Vega', 'tarifa Vega 20', { title: 'Precios › Vega 20' }],
    ['Luna Yoga', 'is Luna Yoga open?', { business: 'Studio Luna Yoga' }],
    ['Альфа', 'сколько стоит Альфа 5?', { title: 'Тарифы Альфа и Бета' }],
  ])('takes what the business is called for no name of a contact called %s: %s', async (name, said, business) => {
    expect(await saidBy(name, said, business)).toBe(said);
  });

  it.each([
    ['Router', 'Hola, soy Router', 'Hola, soy [NAME_1]', {}],
    ['Router', 'SOY ROUTER Y NO VA', 'SOY [NAME_1] Y NO VA', {}],
    ['Router Pérez', 'Router Pérez, el router no va', '[NAME_1] [NAME_2], el router no va', {}],
    ['Router', 'Dígale a Router que llame', 'Dígale a [NAME_1] que llame', {}],
    ['Luz', 'No tengo gas. Luz', 'No tengo gas. [NAME_1]', {}],
    ['Luz', 'No tengo gas. Gracias,\nLuz.', 'No tengo gas. Gracias,\n[NAME_1].', {}],
    ['Ana', 'me llamo Ana', 'me llamo [NAME_1]', { business: 'Pizzería Ana' }],
    ['Ana', 'una mesa a nombre de Ana', 'una mesa a nombre de [NAME_1]', { business: 'Pizzería Ana' }],
    ['Ana Pérez', 'avise a Ana por favor', 'avise a [NAME_1] por favor', { business: 'Pizzería Ana' }],
    ['Fibra Andina', 'Hi, I’m Fibra Andina', 'Hi, I’m [NAME_1] [NAME_2]', { business: 'Fibra Andina' }],
    ['Вера', 'это Вера, свет есть', 'это [NAME_1], свет есть', { business: 'Салон Вера' }],
    ['Ana', 'llamen a Ana mañana', 'llamen a [NAME_1] mañana', { title: 'Ana' }],
  ])('takes it for the name where %s says so: %s', async (name, said, masked, business) => {
    expect(await saidBy(name, said, business)).toBe(masked);
  });

  async function historyFor(name: string | undefined, ...history: AnswerRequest['history']) {
    const { provider, seen } = recorder();
    const mask = await maskFor(store, loadPersonalData, turnOf({ name }));
    await maskedProvider(provider, mask).answer(request({ passages: [], history }));
    return (seen[0] as AnswerRequest).history.map(({ text }) => text);
  }

  it.each([
    ['Solo Mendoza', 'Solo atendemos de lunes a viernes. Llame al 910 000 001 o escriba a ventas@fibra.example.'],
    ['Make', 'Make sure that the router is on. We make it again.'],
    ['Nothing', 'Nothing is lost.'],
    ['Claro', 'Para pedirlo: claro y por escrito.'],
    ['Luz Gas', 'La luz y el gas se pagan aparte. Tel. 910 000 002'],
    ['Router', 'REINICIE EL ROUTER'],
    ['Aurora', 'Aurora le espera en la tienda.'],
  ])('leaves what the business answered to %s as it is: %s', async (name, answer) => {
    const said = await historyFor(name, { role: 'user', text: 'hola' }, { role: 'assistant', text: answer });
    expect(said[1]).toBe(answer);
  });

  it('masks in an answer what the contact said before or after it, and a name that is written as one', async () => {
    const said = await historyFor(
      'Solo Mendoza',
      { role: 'assistant', text: 'Le llamamos al 600 112 233, señor Mendoza. Solo de día: 910 000 001.' },
      { role: 'user', text: 'soy Mendoza, mi número es 600112233' },
      { role: 'assistant', text: '¡Gracias, Solo Mendoza! Anotado.' },
    );
    expect(said[0]).toBe('Le llamamos al [PHONE_1], señor [NAME_1]. Solo de día: 910 000 001.');
    expect(said[2]).toBe('¡Gracias, [NAME_2] [NAME_1]! Anotado.');
    // A greeting of the flow's own is the first that says the name.
    expect(await historyFor('Ana Pérez', { role: 'assistant', text: 'Hola Ana, ¿qué tal? Ana, ¿sigue ahí?' })).toEqual([
      'Hola [NAME_1], ¿qué tal? [NAME_1], ¿sigue ahí?',
    ]);
  });

  it('masks the numbers that a colleague wrote, known or not', async () => {
    const text = '[a colleague wrote] Solo falta su firma. ¿La mando a eva@example.com?';
    expect(await historyFor('Solo', { role: 'assistant', text })).toEqual([
      '[a colleague wrote] Solo falta su firma. ¿La mando a [EMAIL_1]?',
    ]);
  });

  it.each([
    ['active', '{"status":"active"}', '{"status":"active"}'],
    ['Pagado', '{"orderState":"Pagado","to":"Pagado"}', '{"orderState":"Pagado","to":"[NAME_1]"}'],
    ['Básica', '{"tipo":"Básica","cliente":"Básica"}', '{"tipo":"Básica","cliente":"[NAME_1]"}'],
    ['Ana', '{"status":"waits for Ana"}', '{"status":"waits for [NAME_1]"}'],
    ['Ana', '{"name":"Ana"}', '{"name":"[NAME_1]"}'],
  ])('takes a state that a contact called %s shares for no name: %s', async (name, result, masked) => {
    const mask = await maskFor(store, loadPersonalData, turnOf({ name }));
    let given = '';
    const { provider } = recorder(async ({ callTool }) => {
      given = await callTool!({ id: '1', name: 't', arguments: '{}' });
      return '';
    });
    await maskedProvider(provider, mask).answer(request({ callTool: async () => result }));
    expect(given).toBe(masked);
  });

  it.each([
    ['http', 'mire http://x.example/ayuda', 'mire http://x.example/ayuda'],
    ['Https Pérez', 'https://x.example', 'https://x.example'],
    ['Ana', 'https://x.example/ana', 'https://x.example/[NAME_1]'],
  ])('keeps the beginning of an address for a contact called %s', async (name, text, masked) => {
    expect(await historyFor(name, { role: 'user', text })).toEqual([masked]);
  });

  it('takes our own words in brackets for nobody’s name', async () => {
    const mask = await maskFor(store, loadPersonalData, turnOf({ name: 'Foto Colleague Photo' }));
    const { provider, seen } = recorder();
    const text = '[photo] [location "Photo", near 40.42, -3.71] photo';
    const history = [
      { role: 'assistant' as const, text: '[a colleague wrote] Hi' },
      { role: 'user' as const, text },
    ];
    await maskedProvider(provider, mask).answer(request({ history }));
    expect((seen[0] as AnswerRequest).history.map((said) => said.text)).toEqual([
      '[a colleague wrote] Hi',
      '[photo] [location "[NAME_1]", near 40.42, -3.71] [NAME_1]',
    ]);
  });

  it('breaks a token that a document holds', async () => {
    const mask = await maskFor(store, loadPersonalData, turnOf());
    const { provider, seen } = recorder();
    const passages = [{ ...request().passages[0]!, text: 'Send [PHONE_1] to us.' }];
    await maskedProvider(provider, mask).answer(request({ passages }));
    expect(seen[0]).toMatchObject({ passages: [{ text: 'Send (PHONE 1) to us.' }] });
  });

  it('says nothing of tokens where there are none', async () => {
    const mask = await maskFor(store, loadPersonalData, turnOf({ name: undefined }));
    const { provider, seen } = recorder();
    const plain = request({ instructions: 'Be brief.', history: [{ role: 'user', text: 'hola' }], passages: [] });
    await maskedProvider(provider, mask).answer(plain);
    expect(seen[0]).toMatchObject({ instructions: 'Be brief.' });
  });

  it('masks what tools give back, by what the keys say, and leaves the call as the model wrote it', async () => {
    const mask = await maskFor(store, loadPersonalData, turnOf());
    const results: string[] = [];
    const { provider } = recorder(async ({ callTool }) => {
      for (const name of ['json', 'text'])
        results.push(await callTool!({ id: '1', name, arguments: '{"a":"[PHONE_1]"}' }));
      return 'ok';
    });
    const asked: string[] = [];
    await maskedProvider(provider, mask).answer(
      request({
        async callTool({ name, arguments: given }) {
          asked.push(given);
          return name === 'json'
            ? JSON.stringify({
                phone: 5551234,
                order: 1234567890,
                items: [{ mail: 'eva@example.com' }],
                price: 1250000,
              })
            : 'failed for +34 611 22 33 44';
        },
      }),
    );
    expect(asked).toEqual(['{"a":"[PHONE_1]"}', '{"a":"[PHONE_1]"}']);
    expect(JSON.parse(results[0]!)).toEqual({
      phone: expect.stringMatching(/^\[PHONE_\d\]$/),
      order: 1234567890,
      items: [{ mail: expect.stringMatching(/^\[EMAIL_\d\]$/) }],
      price: 1250000,
    });
    expect(results[1]).toMatch(/^failed for \[PHONE_\d\]$/);
  });

  it('gives answers and deltas with their tokens, and errors without anything personal', async () => {
    const mask = await maskFor(store, loadPersonalData, turnOf());
    const deltas: string[] = [];
    const { provider } = recorder(({ onDelta }) => {
      onDelta?.('[PHONE_');
      return 'call [PHONE_1]';
    });
    const answer = await maskedProvider(provider, mask).answer(
      request({ onDelta: (delta) => void deltas.push(delta) }),
    );
    expect([answer?.text, deltas]).toEqual(['call [PHONE_1]', ['[PHONE_']]);
    const refused = Object.assign(
      new DragomanError('PROVIDER_FAILED', 'It refused "mi móvil es 600112233".', 'Ask ana@example.com.', {
        retryable: true,
      }),
      { retryAfterMs: 7 },
    );
    const failing = maskedProvider({ answer: () => Promise.reject(refused) }, mask).answer(request());
    const error = await failing.catch((reason) => reason);
    expect(error).toMatchObject({ code: 'PROVIDER_FAILED', retryable: true, retryAfterMs: 7 });
    expect(error.cause).toBeUndefined();
    expect(`${error.message} ${error.action}`).not.toMatch(SECRETS);
  });
});

describe('a contact’s tokens', () => {
  it('are stored before a text leaves, and are the same in the next turn', async () => {
    const live = turnOf();
    const before: unknown[] = [];
    const { provider } = recorder(async () => {
      before.push(await store.vault(live.contact!.id));
      return '';
    });
    await maskedProvider(provider, await maskFor(store, loadPersonalData, live)).answer(request());
    expect(before[0]).toMatchObject({ originals: { '[PHONE_1]': '600112233', '[NAME_1]': 'Ana' } });
    const next = await maskFor(store, loadPersonalData, live);
    expect(next.mask('ana: +34 600 11 22 33')).toBe('[NAME_1]: [PHONE_1]');
    expect(next.changed()).toBe(false);
  });

  it('stay clear when two turns of the contact run at once', async () => {
    const live = turnOf({ name: undefined });
    const [one, two] = await Promise.all([1, 2].map(() => maskFor(store, loadPersonalData, live)));
    const texts: string[] = [];
    const ask = (mask: typeof one, words: string) =>
      maskedProvider(
        recorder(({ history }) => {
          texts.push(history[0]!.text);
          return '';
        }).provider,
        mask!,
      ).answer(request({ instructions: '', passages: [], history: [{ role: 'user', text: words }] }));
    await Promise.all([ask(one, '600112233'), ask(two, '611223344')]);
    expect(texts.sort()).toEqual(['[PHONE_1]', '[PHONE_2]']);
    const { originals } = await store.vault(live.contact!.id);
    expect(Object.values(originals).sort()).toEqual(['600112233', '611223344']);
  });

  it('keep the request here when they cannot be stored', async () => {
    const broken = { vault: store.vault, addToVault: () => Promise.reject(new Error('disk full')) };
    const { provider, seen } = recorder();
    const mask = await maskFor(broken, loadPersonalData, turnOf());
    await expect(maskedProvider(provider, mask).answer(request())).rejects.toThrow('disk full');
    expect(seen).toEqual([]);
  });
});

describe('restoring', () => {
  const masking = createMasking(store, loadPersonalData);

  it('is for the contact of the turn, and for an LLM’s words only', async () => {
    const [ana, eva] = [turnOf({ name: undefined }), turnOf({ name: undefined })];
    const mask = await masking.of(ana);
    mask.mask('600112233');
    await mask.keep();
    const content = {
      text: 'Call [PHONE_1]?',
      buttons: [{ id: '[PHONE_1]', title: 'Call [phone_1]' }],
      media: [{ kind: 'image' as const, url: 'https://x.example/[PHONE_1]', caption: '[PHONE_1]' }],
    };
    expect(await masking.restore(ana, content)).toEqual({
      text: 'Call 600112233?',
      buttons: [{ id: '[PHONE_1]', title: 'Call 600112233' }],
      media: [{ kind: 'image', url: 'https://x.example/[PHONE_1]', caption: '600112233' }],
    });
    expect(await masking.restore(eva, content)).toEqual(content);
    expect(await masking.restore({ ...ana, source: null } as LiveTurn, content)).toEqual(content);
  });

  it('uses the kinds that the turn chose', async () => {
    const live = turnOf();
    masking.choose(live, ['EMAIL']);
    expect((await masking.of(live)).mask('Ana 600112233 ana@example.com')).toBe('Ana 600112233 [EMAIL_1]');
  });
});

it('an embedder is given nothing that can be told by its shape', async () => {
  const seen: string[] = [];
  const embedder = maskedEmbedder(
    {
      model: 'm',
      embed: async (texts) => {
        seen.push(...texts);
        return [];
      },
    },
    loadPersonalData,
  );
  await embedder.embed(['call +34 600 112 233', 'ana@example.com', 'slow internet']);
  expect(seen).toEqual(['call [PHONE]', '[EMAIL]', 'slow internet']);
});
