import { afterAll, beforeAll, expect, it } from 'vitest';
import { credentialKey } from '../../app/account/config.ts';
import { migrate } from '../../node-red/kit/migrate.ts';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';
import { accountConfig } from '../../test/support/flow-nodes.ts';
import type { FlowItem } from '../../test/support/harness.ts';
import { migrations } from './migrations.ts';

let bot: Dragoman;
beforeAll(async () => {
  bot = await startDragoman({ flows: [], env: { TELEGRAM_API_BASE: undefined } });
}, 60_000);
afterAll(() => bot.stop());

const account = (id: string) => bot.engine.registry.account(id);

/** Deploys accounts and collects what the runtime said against them. */
async function deploy(flows: FlowItem[], credentials: Record<string, object> = {}): Promise<string[]> {
  const errors: string[] = [];
  const hear = (entry: { level: number; msg: unknown }) => void (entry.level <= 20 && errors.push(String(entry.msg)));
  const { log } = bot.runtime.RED as unknown as {
    log: Record<'addHandler' | 'removeHandler', (handler: object) => void>;
  };
  const handler = { emit: (_event: string, entry: { level: number; msg: unknown }) => hear(entry) };
  log.addHandler(handler);
  await bot.runtime.deploy(flows, credentials);
  log.removeHandler(handler);
  return errors;
}

it('talks to the stand-in of its platform while it has no token, and to the platform once it has one', async () => {
  const credentials = { real: { [credentialKey('telegram', 'botToken')]: '1:typed' } };
  await deploy([accountConfig('shop'), accountConfig('real')], credentials);
  expect(account('shop')).toMatchObject({ name: 'telegram', simulated: true, enabled: true });
  expect(account('shop')!.settings.apiBase).toBe(`${bot.engine.simulator!.base()}/telegram`);
  expect(account('real')).toMatchObject({
    simulated: false,
    settings: { botToken: '1:typed', apiBase: 'https://api.telegram.org' },
  });
});

it('goes with its node', async () => {
  await deploy([accountConfig('shop')]);
  expect(account('shop')).toBeDefined();
  expect(account('real')).toBeUndefined();
  await deploy([]);
  expect(bot.engine.registry.accounts()).toEqual([]);
});

it('answers voice notes in words, until it is told to say them', async () => {
  await deploy([accountConfig('old'), accountConfig('aloud', { voiceReplies: true })]);
  expect([account('old')!.voiceReplies, account('aloud')!.voiceReplies]).toEqual([false, true]);
});

it('says that its channel is not installed, or that a variable it names is not set', async () => {
  expect(await deploy([accountConfig('shop', { channel: 'pigeon' })])).toEqual([
    expect.stringContaining('The channel "pigeon" is not installed.'),
  ]);
  expect(account('shop')).toBeUndefined();
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Node-RED's own way to name a variable
  expect(await deploy([accountConfig('shop', { settings: { apiBase: '${NO_SUCH_VARIABLE}' } })])).toEqual([
    expect.stringContaining('NO_SUCH_VARIABLE'),
  ]);
});

it('keeps a node that was saved before replies could be drafts as it was', () => {
  const { autoReply, processing, handBackText, takeoverCeilingSeconds, outreachEnabled, outreachHours, version } =
    migrate({ takeoverSeconds: 60, version: 1 } as Record<string, unknown>, migrations);
  expect({
    ...{ autoReply, processing, handBackText, takeoverCeilingSeconds, outreachEnabled, outreachHours, version },
  }).toEqual({
    autoReply: 'on',
    processing: 'background',
    handBackText: '',
    takeoverCeilingSeconds: 28_800,
    outreachEnabled: '',
    outreachHours: '',
    version: 6,
  });
  expect(migrate({ autoReply: '', version: 1 } as Record<string, unknown>, migrations).autoReply).toBe('');
});

it.each([
  ['0', /too short/],
  ['soon', /no number of seconds/],
])('refuses %s as the time of a turn, and says what to correct', async (timeoutSeconds, words) => {
  const errors = await deploy([accountConfig('hasty', { timeoutSeconds })]);
  expect(errors.join()).toMatch(words);
  expect(account('hasty')).toBeUndefined();
});
