/** The shipped demo pharmacy, by HTTP as an agent's tools call it. Rows D6 and D8. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocument, toolsOf } from '../../adapters/tools/openapi.ts';
import { type Answer, demoPharmacy } from '../support/demo-pharmacy.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';

const OPERATIONS = [
  ...['search_drugs', 'check_stock', 'recommend_alternatives', 'create_order', 'get_pharmacy', 'get_order'],
];

let bot: Dragoman;
let shop: ReturnType<typeof demoPharmacy>;
beforeAll(async () => {
  bot = await startDragoman({ env: { OPENAI_API_KEY: undefined, AI_AGENT_API_KEY: undefined } });
  shop = demoPharmacy(bot);
  await shop.ready();
}, 60_000);
afterAll(() => bot?.stop());

const ids = ({ body }: Answer): number[] => body.results.map(({ id }: { id: number }) => id);
const names = ({ body }: Answer): string[] => body.results.map((one: { name_en: string }) => one.name_en);
const inStock = async (product: number): Promise<number> =>
  (await shop.post('/drugs/stock/', { product_id: product })).body.available;

describe('D6 the seed’s calls, as they are printed', () => {
  it('find a drug, its stock, what could stand in for it, and a pharmacy', async () => {
    const found = await shop.get('/drugs/search/?q=باراسيتامول&limit=10', { 'x-api-key': 'your-api-key' });
    expect(found).toMatchObject({ status: 200, body: { query: 'باراسيتامول', count: 10, guessed: false } });
    expect(found.body.results[0]).toMatchObject({
      ...{ id: 1, name_ar: 'باراسيتامول 500 مجم أقراص', name_en: 'Paracetamol 500 mg tablets', price: 18.5 },
      ...{ ingredient: 'paracetamol', strength: '500 mg', currency: 'EGP', prescription_only: false, in_stock: 760 },
    });
    expect(await shop.post('/drugs/stock/', { product_id: 123, store_id: 1 })).toMatchObject({
      status: 200,
      body: { product_id: 123, available: 36, in_stock: true, stores: [{ store_id: 1, name_en: 'Cairo store' }] },
    });
    const others = await shop.get('/drugs/123/recommendations/');
    expect(others).toMatchObject({ status: 200, body: { product: { id: 123, ingredient: 'enalapril' } } });
    expect(others.body.results[0]).toMatchObject({ ingredient: 'enalapril', reason: 'same_ingredient' });
    expect(others.body.results.at(-1)).toMatchObject({ reason: 'same_category' });
    expect(ids(others)).not.toContain(123);
    expect(await shop.get('/pharmacies/1/')).toMatchObject({
      status: 200,
      body: { id: 1, name_ar: 'صيدلية وردة النيل', credit_limit: 50_000, balance: 12_350, credit_left: 37_650 },
    });
  });

  it('D8 order, and the first order is number 453', async () => {
    const before = await inStock(1);
    const body = { pharmacy_id: 1, items: [{ product_id: 1, quantity: 10 }], notes: 'طلب عاجل' };
    const made = await shop.post('/orders/create/', body);
    expect(made).toMatchObject({
      status: 201,
      body: { order_id: 453, pharmacy_id: 1, total: 185, currency: 'EGP', payment: 'credit', notes: 'طلب عاجل' },
    });
    expect(made.body.items).toMatchObject([{ product_id: 1, quantity: 10, unit_price: 18.5, line_total: 185 }]);
    expect(await inStock(1)).toBe(before - 10);
    expect((await shop.get('/orders/453/')).body).toEqual(made.body);
    expect((await shop.get('/orders/453/?pharmacy_id=1')).body).toEqual(made.body);
    expect((await shop.get('/orders/453/?pharmacy_id=2')).status).toBe(404);
    expect((await shop.get('/orders/?limit=1')).body).toEqual({ count: 1, results: [made.body] });
    expect((await shop.get('/pharmacies/1/')).body.balance).toBe(12_535);
  });
});

describe('D6 the search', () => {
  it.each([
    ['one word', 'باراسيتامول'],
    ['a letter that is missing', 'براسيتامول'],
    ['Latin letters, one missing', 'paracetmol'],
    ['vowel signs and a stretched letter', 'بَارَاسِيتَامُــول'],
    ['an article', 'الباراسيتامول'],
    ['a beginning', 'paracet'],
    ['a sentence', 'عايز باراسيتامول لو سمحت'],
  ])('knows %s', async (_name, q) => {
    expect(ids(await shop.search(q)).slice(0, 2)).toEqual([1, 2]);
  });

  it.each([
    ['باراسيتامول 500', 'Paracetamol 500 mg tablets'],
    ['باراسيتامول ٥٠٠ مجم', 'Paracetamol 500 mg tablets'],
    ['paracetamol 500', 'Paracetamol 500 mg tablets'],
    ['عايز 5 علب باراسيتامول 500', 'Paracetamol 500 mg tablets'],
    ['10 علب املوديبين 5', 'Amlodipine 5 mg tablets'],
    ['املوديبين 10', 'Amlodipine 10 mg tablets'],
    ['باراسيتامول شراب', 'Paracetamol 120 mg/5 ml syrup'],
    ['omeprazol 40mg', 'Omeprazole 40 mg capsules'],
    ['vitamin d3 50000', 'Colecalciferol, vitamin D3 50000 IU capsules'],
    ['شراب كحة', 'Cetirizine 5 mg/5 ml syrup'],
    ['دواء للضغط', 'Amlodipine 5 mg tablets'],
  ])('takes strength, form and kind from "%s"', async (q, first) => {
    expect(names(await shop.search(q))[0]).toBe(first);
  });

  it('folds the letters that people write in one another’s place', async () => {
    for (const [one, other] of [
      ['أملوديبين', 'املوديبين'],
      ['كبسولة أوميبرازول', 'كبسوله اوميبرازول'],
      ['كلوريد الصوديوم', 'كلورىد الصودىوم'],
      ['ميتفورمين', 'میتفورمین'],
      ['أكسيد الزنك', 'اکسید الزنک'],
      ['٠٫٩٪ كلوريد', '0.9% كلوريد'],
    ] as const) {
      const found = await shop.search(one);
      expect(found.body).toMatchObject({ guessed: false, count: expect.any(Number) });
      expect([other, ids(await shop.search(other))]).toEqual([other, ids(found)]);
      expect(ids(found).length).toBeGreaterThan(0);
    }
  });

  it('says where it guessed, so that one drug is not sold for another', async () => {
    expect((await shop.search('ampicillin')).body).toMatchObject({ guessed: true });
    expect((await shop.search('amoxicillin')).body).toMatchObject({ guessed: false });
    expect((await shop.search('xyzzy 500')).body).toMatchObject({ count: 0, guessed: false, results: [] });
  });

  it('reads 200 letters, and lists no more than it is asked for', async () => {
    const { status, body } = await shop.search(`paracetamol ${'x'.repeat(10_000)}`, 3);
    expect([status, body.query.length, body.results.length]).toEqual([200, 200, 3]);
    expect((await shop.search('أقراص', 50)).body.results).toHaveLength(50);
    expect((await shop.get('/drugs/search/?q=أقراص')).body.results).toHaveLength(10);
  });

  it.each(['?', '?q=', '?q=%20', '?q=!?', '?q=a&q=b', '?q[a]=b', '?q=a&limit=0', '?q=a&limit=51', '?q=a&limit=x'])(
    'refuses %s',
    async (query) => {
      const { status, body } = await shop.get(`/drugs/search/${query}`);
      expect([status, body.error.code]).toEqual([400, 'bad_request']);
    },
  );
});

describe('D6 an order', () => {
  const items = [{ product_id: 10, quantity: 2 }];

  it('is made once for a key, however many come at once', async () => {
    const before = await inStock(10);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => shop.order(items, {}, { 'idempotency-key': `call-${at % 10}` })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(40);
    const numbers = new Map<number, Set<number>>();
    for (const [at, { body }] of answers.entries())
      numbers.set(at % 10, (numbers.get(at % 10) ?? new Set()).add(body.order_id));
    expect([...numbers.values()].map(({ size }) => size)).toEqual(Array(10).fill(1));
    expect(new Set(answers.map(({ body }) => body.order_id)).size).toBe(10);
    expect(await inStock(10)).toBe(before - 20);
  });

  it('of another body under the same key is refused, the same one in another form is the same', async () => {
    const key = { 'idempotency-key': 'k-1' };
    const { body } = await shop.order(items, { notes: 'a' }, key);
    expect((await shop.order(items, { notes: 'b' }, key)).status).toBe(422);
    const turned = { notes: 'a', user: 'x', items: [{ quantity: 2, product_id: 10 }], pharmacy_id: 1 };
    expect(await shop.post('/orders/create/', turned, key)).toMatchObject({
      status: 200,
      body: { order_id: body.order_id },
    });
    for (const wrong of ['x'.repeat(256), 'with space'])
      expect((await shop.order(items, {}, { 'idempotency-key': wrong })).status).toBe(400);
  });

  it('that there is not enough for takes nothing, and says what there is', async () => {
    const available = await inStock(123);
    const { status, body } = await shop.order([
      { product_id: 123, quantity: available + 1 },
      { product_id: 124, quantity: 1 },
    ]);
    expect([status, body.error.code]).toEqual([409, 'not_enough_stock']);
    expect(body.error.items).toMatchObject([{ product_id: 123, requested: available + 1, available }]);
    expect(await inStock(123)).toBe(available);
    const twice = [1, 2].map(() => ({ product_id: 123, quantity: available - 1 }));
    expect((await shop.order(twice)).status).toBe(409);
  });

  it('comes from the pharmacy’s own store first, then from the others', async () => {
    const stores = async () =>
      (await shop.post('/drugs/stock/', { product_id: 123 })).body.stores.map(
        ({ available }: { available: number }) => available,
      );
    expect(await stores()).toEqual([36, 60, 0]);
    expect((await shop.order([{ product_id: 123, quantity: 70 }], { pharmacy_id: 2 })).status).toBe(201);
    expect(await stores()).toEqual([26, 0, 0]);
  });

  it('over the credit limit is paid on delivery, and adds to no debt', async () => {
    const order = await shop.order([{ product_id: 114, quantity: 1 }], { pharmacy_id: 2 });
    expect(order).toMatchObject({ status: 201, body: { payment: 'on_delivery', total: 735 } });
    expect((await shop.get('/pharmacies/2/')).body.balance).toBeLessThanOrEqual(30_000);
    expect((await shop.order([{ product_id: 1, quantity: 1 }], { pharmacy_id: 5 })).body.payment).toBe('on_delivery');
  });

  it.each([
    ['no pharmacy', { pharmacy_id: undefined }, 400],
    ['a pharmacy that is not there', { pharmacy_id: 99 }, 404],
    ['a pharmacy in letters', { pharmacy_id: '1' }, 400],
    ['no items', { items: [] }, 400],
    ['items that are no list', { items: { length: 1 } }, 400],
    ['an item that is none', { items: [null] }, 400],
    ['a product that is not there', { items: [{ product_id: 9_999, quantity: 1 }] }, 404],
    ['a negative quantity', { items: [{ product_id: 1, quantity: -5 }] }, 400],
    ['nothing of it', { items: [{ product_id: 1, quantity: 0 }] }, 400],
    ['half a box', { items: [{ product_id: 1, quantity: 1.5 }] }, 400],
    ['a quantity in letters', { items: [{ product_id: 1, quantity: '5' }] }, 400],
    ['more than a thousand', { items: [{ product_id: 1, quantity: 1_001 }] }, 400],
    ['a number beyond numbers', { items: [{ product_id: 1, quantity: 1e300 }] }, 400],
    ['51 items', { items: Array(51).fill({ product_id: 1, quantity: 1 }) }, 400],
    ['50,000 items', { items: Array(50_000).fill({ product_id: 1, quantity: 1 }) }, 413],
    ['long notes', { notes: 'x'.repeat(501) }, 400],
    ['notes that are no text', { notes: { toString: 'x' } }, 400],
  ])('of %s is refused and changes nothing', async (_name, change, status) => {
    const before = (await shop.get('/orders/')).body;
    const answer = await shop.post('/orders/create/', { pharmacy_id: 1, items, ...change });
    expect([answer.status, typeof answer.body.error.message]).toEqual([status, 'string']);
    expect((await shop.get('/orders/')).body).toEqual(before);
  });

  it.each([
    ['no JSON', 'pharmacy_id=1', 400],
    ['half of it', '{"pharmacy_id": 1, "items": [', 400],
    ['nothing', '', 400],
    ['null', 'null', 400],
    ['a list', '[]', 400],
    ['a deep nest', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 413],
    ['a prototype', '{"__proto__": {"pharmacy_id": 1, "items": [{"product_id": 1, "quantity": 1}]}}', 400],
    ['a constructor', '{"constructor": {"prototype": {"polluted": true}}}', 400],
  ])('from a body that is %s is refused', async (_name, body, status) => {
    expect((await shop.call('POST', '/orders/create/', body)).status).toBe(status);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('from 10 MB of body is refused before it is read', async () => {
    const body = `{"pharmacy_id": 1, "notes": "${'x'.repeat(10_000_000)}"}`;
    expect((await shop.call('POST', '/orders/create/', body)).status).toBe(413);
  });
});

it.each(['/drugs/x/recommendations/', '/pharmacies/1e3/', '/orders/-1/', '/orders/0/', '/orders/?limit=101'])(
  'D6 refuses %s',
  async (path) => {
    expect((await shop.get(path)).status).toBe(400);
  },
);

it('D6 knows no other product, store, pharmacy or order', async () => {
  for (const path of ['/drugs/9999/recommendations/', '/pharmacies/6/', '/orders/452/'])
    expect(await shop.get(path)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  for (const wrong of [{ product_id: 9_999 }, { product_id: 1, store_id: 4 }])
    expect((await shop.post('/drugs/stock/', wrong)).status).toBe(404);
});

it('D6 describes itself, and its description makes tools', async () => {
  const { body } = await shop.get('/openapi.json');
  const document = readDocument(JSON.stringify(body));
  const tools = toolsOf(document, OPERATIONS);
  expect(Object.keys(body.paths)).toHaveLength(OPERATIONS.length);
  const [search, stock, , create] = tools;
  expect(search).toMatchObject({
    ...{ method: 'GET', url: `${bot.runtime.url}/market/ai/drugs/search/`, sideEffect: false },
    parameters: { required: ['q'], properties: { limit: { maximum: 50, description: expect.any(String) } } },
  });
  expect(Object.keys(stock!.body as object)).toEqual(['product_id', 'store_id']);
  expect(create).toMatchObject({
    ...{ method: 'POST', sideEffect: true },
    parameters: {
      required: ['pharmacy_id', 'items'],
      properties: { items: { items: { required: expect.any(Array) } } },
    },
  });
  for (const { description } of tools) expect(description.length).toBeGreaterThan(60);
});

it('D10 tells its catalogue in pages with one ETag', async () => {
  const first = await shop.get('/catalogue/');
  const etag = first.headers.get('etag')!;
  const all = new Set(ids(first));
  for (let page = 2; page <= first.body.pages; page++) {
    const next = await shop.get(`/catalogue/?page=${page}`);
    expect(next.headers.get('etag')).toBe(etag);
    for (const id of ids(next)) all.add(id);
  }
  expect([all.size, first.body.count]).toEqual([first.body.count, 235]);
  expect(first.body.results[0].updated_at).toBe(first.body.updated_at);
  expect((await shop.get('/catalogue/', { 'if-none-match': etag })).status).toBe(304);
  expect((await shop.get('/catalogue/?page=99')).status).toBe(404);
  for (const page of ['0', 'x', '-1', '1e1']) expect((await shop.get(`/catalogue/?page=${page}`)).status).not.toBe(200);
});

it('D6 keeps the last 500 orders, under numbers that go on', async () => {
  const [{ order_id: last }] = (await shop.get('/orders/?limit=1')).body.results;
  const made: number[] = [];
  for (let round = 0; round < 51; round++) {
    const ten = await Promise.all(Array.from({ length: 10 }, () => shop.order([{ product_id: 1, quantity: 1 }])));
    made.push(...ten.flatMap(({ status, body }) => (status === 201 ? [body.order_id] : [])));
  }
  expect(made.length).toBe(510);
  expect(made).toEqual(made.map((_, at) => last + 1 + at));
  const { body } = await shop.get('/orders/?limit=100');
  expect([body.count, body.results.length, body.results[0].order_id]).toEqual([500, 100, made.at(-1)]);
  expect((await shop.get('/orders/453/')).status).toBe(404);
});

describe('without a key of its own it answers this machine only:', () => {
  it.each([
    ['another host name', { host: 'evil.example' }],
    ['a forwarded request', { 'x-forwarded-for': '203.0.113.9' }],
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a script of another site', { 'sec-fetch-site': 'cross-site' }],
  ])('%s is refused', async (_name, headers) => {
    for (const path of ['/drugs/search/?q=a', '/Orders/', '/catalogue', '/openapi.json', '/mcp'])
      expect(await statusOf(`/market/ai${path}`, headers), path).toBe(403);
  });
});

/** By hand, because `fetch` sets the host itself. */
function statusOf(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: bot.runtime.port, host: '127.0.0.1', path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    sent.on('error', reject);
    sent.end();
  });
}
