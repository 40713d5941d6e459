/**
 * Nothing personal leaves for an LLM or embedding host: canaries are planted wherever a text can come from, in many spellings, and looked
 * for in every byte that the process sends there. With masking cut, the same run finds them.
 */
import diagnostics from 'node:diagnostics_channel';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ContactMask } from '../../app/masking.ts';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, shippedFlows, startDragoman } from '../support/dragoman.ts';

const WEBHOOK = '/api/integrations/webhooks/whatsapp/';

/** Where a canary is planted → how its number and its address are written. The last nine digits are looked for. */
const NUMBERS = {
  message: [
    '+34 611 000 101',
    '611000102',
    '６１１０００１０３',
    '٦١١٠٠٠١٠٤',
    '۶۱۱ ۰۰۰ ۱۰۵',
    '६११०००१०६',
    '611\u2009000\u200b107',
    '+34\u00a06\u00ad11 000\u2066108\u2069',
    'https://wa.me/34611000109',
    'tel:+34-611-000-110',
    '0034 611.000.111',
    '6 1 1 0 0 0 1 1 2',
  ],
  history: ['+34 (611) 000-121', '611-000-122'],
  knowledge: ['+34 611 000 131', '611 00 01 32'],
  tool: ['34611000141', '611.000.142'],
  error: ['+34611000151', '611000152'],
};
const MAILS = {
  message: ['canary.one@example.com', 'ñandú.canary.two@ejemplo.example'],
  history: ['Canary.Three@Example.com'],
  knowledge: ['canary.four@example.com'],
  tool: ['canary.five@example.com'],
  error: ['canary.six@example.com'],
};
/** What the business wrote is for everybody. */
const { knowledge: _numbers, ...PEOPLES_NUMBERS } = NUMBERS;
const { knowledge: _mails, ...PEOPLES_MAILS } = MAILS;
const NAME = 'Zoraida Canariense';
const MESSAGE_ID = 'wamid.HBgLMzQ2MTEwMDAxMDFVAgASGBQ';

const said = (place: keyof typeof NUMBERS) => [...NUMBERS[place], ...MAILS[place]].join(' ; ');

/** Western digits, no invisible characters, lower case. */
const plain = (text: string) =>
  text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\p{Nd}/gu, (digit) => {
      let zero = digit.codePointAt(0)!;
      while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && zero > 0x39) zero--;
      return zero <= 0x39 ? digit : String(digit.codePointAt(0)! - zero);
    })
    .toLowerCase();

/** The canaries that are in a text, however it writes them. */
function canariesIn(text: string): string[] {
  const words = plain(text);
  const digits = words.replace(/\D/g, '');
  const numbers = Object.values(PEOPLES_NUMBERS)
    .flat()
    .map((number) => plain(number).replace(/\D/g, '').slice(-9));
  const marks = [
    ...Object.values(PEOPLES_MAILS)
      .flat()
      .map((mail) => mail.split('@')[0]!),
    ...NAME.split(' '),
    MESSAGE_ID,
  ];
  return [
    ...numbers.filter((number) => digits.includes(number)),
    ...marks.map(plain).filter((mark) => words.includes(mark)),
  ];
}

/** What the process sends, by origin, as undici (ours, and Node's own `fetch`) tells it. */
function watchEgress() {
  const sent = new Map<string, string[]>();
  const note = (origin: unknown, text: string) => sent.set(String(origin), [...(sent.get(String(origin)) ?? []), text]);
  diagnostics.subscribe('undici:request:create', (event) => {
    const { request } = event as { request: { origin: unknown; path: string; headers: unknown } };
    note(request.origin, `${request.path} ${JSON.stringify(request.headers)}`);
  });
  diagnostics.subscribe('undici:request:bodyChunkSent', (event) => {
    const { request, chunk } = event as { request: { origin: unknown }; chunk: string | Uint8Array };
    note(request.origin, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
  });
  return sent;
}

const TOOL = `
const fields = { type: 'object', properties: { fail: { type: 'boolean' } }, required: ['fail'], additionalProperties: false };
export const schema = { name: 'colleague', description: 'Who can help', parameters: fields, sideEffect: false };
export async function run({ fail }) {
  if (!fail) return { phone: ${NUMBERS.tool[0]}, note: ${JSON.stringify(`${NUMBERS.tool[1]}, ${MAILS.tool[0]}`)} };
  const error = new Error(${JSON.stringify(`Ask ${said('error')}`)});
  throw Object.assign(error, { name: 'DragomanError', code: 'TOOL_FAILED', action: ${JSON.stringify(`Call ${NUMBERS.error[0]}`)}, retryable: false });
}
`;

let bot: Dragoman;
let llm: Awaited<ReturnType<typeof startLlm>>;
let folder: string;
const log: string[] = [];
const sent = watchEgress();
const bytes = () => (sent.get(new URL(llm.url).origin) ?? []).join('\n');
let person = 34_600_700_000;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'egress-'));
  await mkdir(path.join(folder, 'knowledge/isp-helpdesk'), { recursive: true });
  await mkdir(path.join(folder, 'tools'));
  const passage = `# Internet lento\n\nSi tu internet está lento, reinicia el router o llama al ${said('knowledge')}.\n`;
  await writeFile(path.join(folder, 'knowledge/isp-helpdesk/lento.md'), passage);
  await writeFile(path.join(folder, 'tools/colleague.mjs'), TOOL);
  llm = await startLlm();
  llm.brain = ({ text, results, tools }) => {
    if (tools.length > 0 && results.length < 2)
      return [{ call: 'colleague', arguments: { fail: results.length === 1 } }];
    return `Te llamamos al ${/\[PHONE_\d+\]/.exec(text)?.[0] ?? 'número'}.`;
  };
  const flows = (await shippedFlows()).map((node) =>
    node.id === 'isp-helpdesk-llm' ? { ...node, tools: ['colleague'] } : node,
  );
  bot = await startDragoman({
    flows,
    env: {
      DRAGOMAN_KNOWLEDGE: path.join(folder, 'knowledge'),
      DRAGOMAN_TOOLS: path.join(folder, 'tools'),
      OPENAI_API_KEY: 'sk-test',
      OPENAI_BASE_URL: llm.url,
      EMBEDDING_MODEL: 'embed',
    },
    settings: {
      logging: {
        capture: {
          level: 'debug',
          metrics: false,
          audit: false,
          handler: () => (line: { msg: unknown }) => log.push(String(line.msg)),
        },
      },
    },
  });
  await bot.until(async () => (await bot.engine.knowledge.search('isp-helpdesk', 'internet lento', 1))[0]);
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  await llm?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  sent.clear();
  log.length = 0;
});

/** Two messages of a new customer; resolves with what they were answered. */
async function converse(): Promise<string[]> {
  const phone = String(++person);
  const customer = { phone, name: NAME };
  const answers = () => bot.shown({ thread: phone }).map(({ text }) => text ?? '');
  const says = async (text: string) => {
    const before = answers().length;
    expect((await bot.happens('whatsapp', WEBHOOK, { kind: 'text', customer, text })).status).toBe(200);
    await bot.until(() => answers().length > before, 20_000);
    await bot.quiet();
  };
  await says(`Hola, soy ${NAME}, mi internet está lento. ${said('history')}.`);
  await says(`¿Internet lento? Soy Zoraida. ${said('message')} ; ${MESSAGE_ID} ; ${phone}`);
  return answers();
}

describe('personal data', () => {
  it('does not leave for the LLM or the embedding host, and comes back to the customer', async () => {
    llm.faults.push({ kind: 'error' });
    const [first, second] = await converse();
    const text = bytes();
    expect(llm.journal.some(({ path: asked }) => asked === '/v1/embeddings')).toBe(true);
    // It was all there: in the message, the history, the tool's result and its error; and the passages as they are.
    for (const token of ['[NAME_1]', '[PHONE_14]', '[EMAIL_4]', '[ID_1]', 'Ask [', NUMBERS.knowledge[0]!])
      expect(text).toContain(token);
    expect(text).toContain('reinicia el router');
    expect(canariesIn(text)).toEqual([]);
    expect(text).not.toContain(String(person));
    expect(first).toContain('+34 (611) 000-121');
    expect(second).toContain('+34 611 000 101');
    expect(second).not.toContain('[PHONE');
  });

  it('goes to no other host than the LLM’s and the platform’s', async () => {
    await converse();
    const platform = bot.engine.registry.account('account-isp-whatsapp')!.settings.apiBase!;
    const known = [llm.url, platform, bot.runtime.url].map((url) => new URL(url).origin);
    expect([...sent.keys()].sort()).toEqual(known.sort());
  });

  it('is not in the log either', async () => {
    llm.faults.push({ kind: 'error' }, { kind: 'error' });
    await converse();
    expect(log.length).toBeGreaterThan(0);
    expect(canariesIn(log.join('\n')).filter((canary) => !/^zoraida|^canariense/.test(canary))).toEqual([]);
  });

  it('is found by this test where masking is cut', async () => {
    const { of } = bot.engine.masking;
    const same = (text: string) => text;
    bot.engine.masking.of = async (live) =>
      ({ ...(await of(live)), mask: same, restore: same, found: () => [], keep: async () => true }) as ContactMask;
    try {
      await converse();
      const found = canariesIn(bytes());
      const all = [...Object.values(PEOPLES_NUMBERS).flat(), ...Object.values(PEOPLES_MAILS).flat()].length + 3;
      expect(found).toHaveLength(all);
    } finally {
      bot.engine.masking.of = of;
    }
  });
});
