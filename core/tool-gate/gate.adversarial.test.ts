/**
 * A model that was talked into naming other people: whatever its arguments, no other contact's data changes, and no other contact's number
 * reaches a tool, whichever way it is written.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Customer, type ToolBench, toolBench } from '../../test/support/tools.ts';
import * as lead from '../../tools/new_client_lead.ts';
import * as update from '../../tools/update_contact.ts';
import type { Json, JsonObject } from '../model.ts';
import type { Tool } from '../ports.ts';
import { isPhoneKey } from '../privacy/phone-keys.ts';
import { REMOVED, withoutPhones } from '../privacy/phone-values.ts';

const VICTIM = '34600333444';

/** The victim's number in the ways it may be written. */
const WRITTEN = [
  '+34600333444',
  '34600333444',
  '0034600333444',
  '600333444',
  '600 333 444',
  '600-333-444',
  '600.333.444',
  '(600) 333 444',
  '+34 (600) 33-34-44',
  '6 0 0 3 3 3 4 4 4',
  '6·0·0·3·3·3·4·4·4',
  '600_333_444',
  '600/333/444',
  '600\u00a0333\u00a0444',
  '600\u2009333\u2009444',
  '600\u200b333\u200b444',
  '600\u00ad333\u00ad444',
  '\u202a600333444\u202c',
  '600\u2011333\u2011444',
  '600–333–444',
  '６００３３３４４４',
  '+٣٤٦٠٠٣٣٣٤٤٤',
  '۶۰۰ ۳۳۳ ۴۴۴',
  '६००३३३४४४',
  '৬০০৩৩৩৪৪৪',
  '๖๐๐๓๓๓๔๔๔',
  '༦༠༠༣༣༣༤༤༤',
  '၆၀၀၃၃၃၄၄၄',
  '𝟔𝟎𝟎𝟑𝟑𝟑𝟒𝟒𝟒',
  '𝟼𝟶𝟶𝟹𝟹𝟹𝟺𝟺𝟺',
  '⑥⓪⓪③③③④④④',
  '⁶⁰⁰³³³⁴⁴⁴',
  '₆₀₀₃₃₃₄₄₄',
  '6٠0۳3３४৪4',
  'tel:+34600333444',
  'https://wa.me/34600333444',
  'whatsapp:+34600333444',
  '34600333444@s.whatsapp.net',
  'mio: 600,333,444',
  '600;333;444',
  '6\u03010\u030100333444',
];

/** Names for a phone in the languages of the pipelines, and the ways to write a name. */
const PHONE_KEYS = [
  'phone|Phone|PHONE|phones|mobile|mobile_no|mobile-no|mobileNo|mobile no|MOBILE_NUMBER|phone_number|phoneNumber|phonenumber',
  'user_phone|userPhone|USER-PHONE|phone2|phone_1|x.phone|tel|Tel.|telephone|cell|cellphone|cell_phone|msisdn|MSISDN|whatsapp',
  'whatsAppNumber|wa_id|waId|jid|phone_from|phoneFrom|contact_number|contactNo|number|e164|telefono|teléfono|Teléfono_Móvil',
  'movil|móvil|celular|numero|número|numero_telefono|tlf|cellulare|numeroCellulare|telefonino|recapito|telefone|telemóvel',
  'téléphone|portable_tel|handynummer|Rufnummer|Mobilnummer|Telefonnummer|телефон|Телефон|номер|номер_телефона|моб|мобильный',
  'сотовый|вацап|тел|هاتف|رقم|رقم_الهاتف|الهاتف|جوال|رقم الجوال|موبايل|واتساب|محمول|موبایل|تلفن|شماره|شماره_تلفن|شماره\u200cتماس',
  'تلفن همراه|همراه|واتساپ|рhone|phоne|ρhone|mоbile|mobіle|tеl|ｐｈｏｎｅ|p\u200bhone|ph\u00adone|phóne|𝐩𝐡𝐨𝐧𝐞|ph0ne|m0b1le',
  'p_h_o_n_e|P-H-O-N-E|phone\u202e|ⓟⓗⓞⓝⓔ|te1|wh@tsapp',
].flatMap((names) => names.split('|'));

const UNSAFE_KEYS = ['__proto__', 'constructor', 'prototype'];
const IDENTITY_KEYS = 'contact_id|contactId|conversation_id|session|account_id|idempotency_key|id|context'.split('|');

/** Where a pair may be hidden. */
const PLACES: ((key: string, value: Json) => JsonObject)[] = [
  (key, value) => ({ [key]: value }),
  (key, value) => ({ contact: { [key]: value } }),
  (key, value) => ({ extra: [{ deep: { [key]: [value] } }] }),
];

/** A permissive tool, as an integrator may write one: it keeps everything it is given. */
const OPEN: Tool = {
  name: 'open',
  description: 'Takes anything.',
  parameters: { type: 'object', properties: {}, additionalProperties: true },
  sideEffect: false,
  async run(args) {
    taken.push(args);
    return 'ok';
  },
};
const taken: JsonObject[] = [];
let cases = 0;

let bench: ToolBench;
let ana: Customer;
let victim: Customer;
let before: string;

const dataOf = async (customer: Customer) =>
  JSON.stringify([
    await bench.store.contact(customer.contactId),
    await bench.store.conversation(customer.conversationId),
    (await bench.store.leads({ limit: 10_000 })).filter(({ contactId }) => contactId === customer.contactId),
  ]);

beforeAll(async () => {
  bench = await toolBench([{ ...lead.schema, run: lead.run }, { ...update.schema, run: update.run }, OPEN]);
  ana = await bench.customer('34600111222');
  victim = await bench.customer(VICTIM);
  await bench.call('update_contact', { first_name: 'Victim' }, bench.turn(victim));
  before = await dataOf(victim);
});
afterAll(() => bench.stop());

/** Every digit of a text as ASCII, nothing else. */
const digitsOf = (text: string) =>
  [...text].map((letter) => (/\p{N}/u.test(letter) ? withDigits(letter) : '')).join('');
const withDigits = (letter: string) => {
  const plain = letter.normalize('NFKC');
  if (/^\d$/.test(plain)) return plain;
  for (let value = 0; value <= 9; value++) {
    const zero = letter.codePointAt(0)! - value;
    const formatted = new Intl.NumberFormat('en', { numberingSystem: systemOf(zero), useGrouping: false }).format(
      value,
    );
    if (formatted === letter) return String(value);
  }
  return '#';
};
const systemOf = (zero: number) =>
  ({ 2406: 'deva', 2534: 'beng', 3664: 'thai', 3872: 'tibt', 4160: 'mymr', 1632: 'arab', 1776: 'arabext' })[zero] ??
  'latn';

async function tries(args: JsonObject | string): Promise<void> {
  cases++;
  taken.length = 0;
  const context = bench.turn(ana);
  for (const name of ['new_client_lead', 'update_contact', 'open']) await bench.call(name, args, context);
  expect(await dataOf(victim)).toBe(before);
  const kept = await dataOf(ana);
  for (const text of [kept, JSON.stringify(taken)]) expect(digitsOf(text)).not.toContain('600333444');
  for (const one of await bench.store.leads({ limit: 10_000 }))
    expect(one).toMatchObject({ contactId: ana.contactId, phone: ana.phone });
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
}

describe('arguments that name somebody else', () => {
  it.each(WRITTEN)('the number %j in every text, with and without words around it', async (written) => {
    const text = `Call ${written} please`;
    await tries({
      first_name: written,
      last_name: text,
      organization: text,
      notes: text,
      email: `${written}@example.org`,
    });
    await tries({ first_name: 'Ana', notes: [text] as Json, list: [written, { deep: written }], [written]: 'x' });
  });

  it.each(PHONE_KEYS)('the name %j, at any depth', async (key) => {
    for (const place of PLACES) {
      await tries({ first_name: 'Ana', ...place(key, `+${VICTIM}`) });
      await tries({ first_name: 'Ana', ...place(key, 'short 12') });
      expect(JSON.stringify(taken)).not.toContain('short 12');
    }
    // As a number it is no text to clean: the name alone must do.
    await tries({ first_name: 'Ana', [key]: Number(VICTIM), [`${key}s`]: Number(VICTIM) });
  });

  it.each(UNSAFE_KEYS)('%s, at any depth', async (key) => {
    const inner = `{"polluted": true, "contactId": "${victim.contactId}"}`;
    await tries(`{"first_name": "Ana", "${key}": ${inner}}`);
    await tries(`{"first_name": "Ana", "notes": {"${key}": ${inner}}}`);
    await tries(`{"first_name": "Ana", "list": [{"a": {"${key}": {"prototype": ${inner}}}}]}`);
    expect(JSON.stringify(taken)).not.toContain('polluted');
    for (const args of taken) expect(Object.getPrototypeOf(args)).toBe(Object.prototype);
  });

  it.each(IDENTITY_KEYS)('%s of the other contact', async (key) => {
    for (const value of [victim.contactId, victim.conversationId, { contactId: victim.contactId }]) {
      await tries({ first_name: 'Ana', [key]: value });
      await tries({ first_name: { [key]: value } as Json });
    }
  });

  it('are more than 200', () => {
    expect(cases).toBeGreaterThan(200);
  });
});

describe('what is no phone', () => {
  it.each([
    ...'order order_number numero_pedido número_de_pedido номер_заказа رقم_الطلب شماره_سفارش invoice_no house_number no'.split(
      ' ',
    ),
    ...'notes first_name email quantity microphone headphones title hotel total model cancel note phase one contact'.split(
      ' ',
    ),
    ...'number_of_people numero_personas estado immobile_id'.split(' '),
  ])('the name %j stays', (key) => {
    expect(isPhoneKey(key)).toBe(false);
  });

  it.each(
    '20260412-118|2026-04-12|2026-04-12 10:30|2026-04-12T10:30:00|12/04/2026 10:30|192.168.100.200|4006381333931|1.250 €|12,50|15:30|123456|1234567|A-1234|2 personas, 20:30|room 12, floor 3'.split(
      '|',
    ),
  )('the text %j stays', (text) => {
    expect(withoutPhones(`it is ${text}.`)).toBe(`it is ${text}.`);
  });

  it('a phone beside other words goes alone', () => {
    expect(withoutPhones('Pedido 20260412-118, llamar al +34 600 333 444 a las 10:30')).toBe(
      `Pedido 20260412-118, llamar al ${REMOVED} a las 10:30`,
    );
  });
});
