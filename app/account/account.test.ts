import { describe, expect, it } from 'vitest';
import type { Channel } from '../../core/ports.ts';
import { type AccountSources, accountOf, connectionOf } from './account.ts';
import { type AccountConfig, credentialKey } from './config.ts';

const channel = {
  id: 'pigeon',
  fields: {
    ringKey: { env: 'PIGEON_RING_KEY', secret: true },
    loft: { env: 'PIGEON_LOFT', default: 'Toledo' },
    apiBase: { env: 'PIGEON_API_BASE', base: { real: 'https://pigeons.example', simulator: '/pigeon' } },
  },
  realWhen: ['ringKey'],
  capabilities: { textLimit: 100, unit: 'utf16', media: [] },
  render: ({ text }) => (/\p{L}/u.test(text) ? [{ text }] : []),
} satisfies Partial<Channel> as unknown as Channel;

const CONFIG: AccountConfig = {
  channel: 'pigeon',
  enabled: true,
  envPrefix: 'SECOND_',
  settings: {},
  language: '',
  timezone: '',
  manualPrompt: '',
  business: '',
  hours: '',
  tone: '',
  links: '',
  staticTexts: {},
  suggestions: [],
  takeoverSeconds: '',
  takeoverCeilingSeconds: 600,
  handBackText: '',
  autoReply: '',
  voiceReplies: false,
  processing: '',
  queue: '',
  timeoutSeconds: '',
  reopens: false,
  burst: true,
  dailyLimit: 0,
  peopleHours: '',
  peopleWeekdays: '',
  peopleHolidays: '',
  peopleWaitMinutes: '',
  outreachEnabled: '',
  outreachTestMode: '',
  outreachMaxMessages: '',
  outreachPauseHours: '',
  outreachDailyLimit: '',
  outreachHours: '',
  outreachWeekdays: '',
  outreachHolidays: '',
  outreachConsent: '',
  outreachMaxAgeHours: '',
  outreachWarmUpDays: '',
  outreachPaceSeconds: '',
};
const sources = (more: Partial<AccountSources> = {}): AccountSources => ({
  channel,
  credentials: {},
  simulator: { base: () => 'http://127.0.0.1:4711' },
  environment: {},
  ...more,
});
const made = (config: Partial<AccountConfig> = {}, environment: Record<string, string> = {}) =>
  accountOf('a', { ...CONFIG, ...config }, sources({ environment }));

it('takes each value from the node, the account’s variable, the variable of all, else the default', () => {
  expect(made()).toMatchObject({
    name: 'pigeon',
    autoReply: true,
    inline: false,
    queue: 'default',
    timeoutMs: 180_000,
    timeoutChosen: false,
    takeover: { cooldownMs: 300_000, ceilingMs: 600_000 },
    language: 'en',
    timezone: 'UTC',
  });
  const environment = {
    AI_AUTOREPLY: 'yes',
    AI_WHATSAPP_INLINE: '1',
    SECOND_AI_WHATSAPP_QUEUE: 'slow',
    AI_WHATSAPP_TIMEOUT: '90',
    SECOND_AI_HUMAN_COOLDOWN_SECONDS: '0',
    SECOND_AI_INSTRUCTIONS: 'Be kind.',
  };
  expect(made({}, environment)).toMatchObject({
    autoReply: true,
    inline: true,
    queue: 'slow',
    timeoutMs: 90_000,
    timeoutChosen: true,
    takeover: { cooldownMs: 0 },
    prompt: { manual: 'Be kind.' },
  });
  const own = { autoReply: 'off', processing: 'background', timeoutSeconds: 30, manualPrompt: 'Be short.' } as const;
  expect(made(own, environment)).toMatchObject({
    autoReply: false,
    inline: false,
    timeoutMs: 30_000,
    prompt: { manual: 'Be short.' },
  });
});

it.each([
  [{ timeoutSeconds: 0 }, 'too short'],
  [{ takeoverSeconds: 'soon' }, 'no number of seconds'],
  [{ takeoverSeconds: -1 }, 'no number of seconds'],
  [{ takeoverSeconds: '1e300' }, 'too long: it is 31536000 at most'],
  [{ takeoverSeconds: 99_999_999_999_999 }, 'too long'],
  [{ takeoverSeconds: 'Infinity' }, 'no number of seconds'],
  [{ timeoutSeconds: 31_536_000 }, 'too long: it is 2073600 at most'],
])('refuses %j', (config, words) => {
  expect(() => made(config as never)).toThrow(words);
});

it('takes a year of silence, and a turn of twenty-four days', () => {
  expect(made({ takeoverSeconds: 31_536_000, timeoutSeconds: 2_073_600 })).toMatchObject({
    takeover: { cooldownMs: 31_536_000_000 },
    timeoutMs: 2_073_600_000,
  });
});

it('keeps drafts once it has credentials, unless somebody says otherwise', () => {
  const real = (config: Partial<AccountConfig>, environment: Record<string, string> = {}) => {
    const credentials = { [credentialKey('pigeon', 'ringKey')]: 'brass' };
    return accountOf('a', { ...CONFIG, ...config }, sources({ credentials, environment })).autoReply;
  };
  expect(real({})).toBe(false);
  expect(real({}, { AI_AUTOREPLY: 'true' })).toBe(true);
  expect(real({ autoReply: 'on' })).toBe(true);
  expect(made({}, { AI_AUTOREPLY: 'false' }).autoReply).toBe(false);
});

it('talks to the stand-in until it has a secret, then to the platform, and always where it is told to', () => {
  const at = (more: Partial<AccountSources>, settings: Record<string, string> = {}) => {
    const found = connectionOf('a', { ...CONFIG, settings }, sources(more));
    return { ...found.settings, simulated: found.simulated };
  };
  expect(at({})).toMatchObject({ account: 'a', apiBase: 'http://127.0.0.1:4711/pigeon', simulated: true });
  const credentials = { [credentialKey('pigeon', 'ringKey')]: 'brass' };
  expect(at({ credentials })).toMatchObject({ ringKey: 'brass', apiBase: 'https://pigeons.example', simulated: false });
  expect(at({ environment: { SECOND_PIGEON_RING_KEY: 'tin' } })).toMatchObject({ ringKey: 'tin', simulated: false });
  expect(at({ environment: { PIGEON_RING_KEY: 'of another account' } })).toMatchObject({ ringKey: '' });
  expect(at({}, { apiBase: 'http://loft:80', loft: 'Jaén' })).toMatchObject({
    apiBase: 'http://loft:80',
    loft: 'Jaén',
    simulated: false,
  });
  expect(at({ simulator: undefined })).toMatchObject({ apiBase: '', simulated: false });
});

it('takes no words for after a person’s part that render to nothing', () => {
  expect(made({ handBackText: 'The bot again.' }).handBackText).toBe('The bot again.');
  expect(made({ handBackText: ' \n' }).handBackText).toBe('');
  expect(() => made({ handBackText: '```' })).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }));
});

it('has words of consent of its own, before those of the deployment, and says which variable holds one that is none', () => {
  const environment = { OPT_OUT_WORDS: 'basta ya', SECOND_OPT_OUT_WORDS: 'Ni una más, 退订', OPT_IN_WORDS: 'vuelve' };
  const { consentWords } = made({}, environment);
  expect([[...consentWords!.out], [...consentWords!.in]]).toEqual([['ni una mas', '退订'], ['vuelve']]);
  expect(() => made({}, { SECOND_OPT_OUT_WORDS: '…' })).toThrow(
    expect.objectContaining({ code: 'SETTING_INVALID', action: expect.stringContaining('SECOND_OPT_OUT_WORDS') }),
  );
});

describe('its people', () => {
  const ALWAYS = { from: 0, until: 1_440, weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] };
  const people = (more: Partial<AccountConfig>, environment = {}) =>
    accountOf('a', { ...CONFIG, ...more }, sources({ environment })).people;

  it('are there always and may take a quarter of an hour, where nobody says otherwise', () => {
    expect(people({})).toEqual({ hours: ALWAYS, patienceMs: 900_000 });
  });

  it('have the node’s hours before the account’s variable', () => {
    const environment = { SECOND_SUPPORT_HOURS: '8-9', SECOND_SUPPORT_WAIT_MINUTES: '0', SUPPORT_HOLIDAYS: '12-25' };
    expect(people({ peopleHours: '09:00-18:00', peopleWeekdays: '1-5' }, environment)).toEqual({
      hours: { ...ALWAYS, from: 540, until: 1_080, weekdays: [1, 2, 3, 4, 5], holidays: ['12-25'] },
      patienceMs: 0,
    });
    expect(people({ envPrefix: '', peopleWaitMinutes: 2.5 }, { SUPPORT_HOLIDAYS: '12-25' })).toEqual({
      hours: { ...ALWAYS, holidays: ['12-25'] },
      patienceMs: 150_000,
    });
  });

  it.each([
    [{ peopleHours: '18:00-09:00' }, 'SUPPORT_HOURS'],
    [{ peopleWeekdays: '0-5' }, 'SUPPORT_WEEKDAYS'],
    [{ peopleHolidays: 'Easter' }, 'SUPPORT_HOLIDAYS'],
    [{ peopleWaitMinutes: 20_000 }, 'SUPPORT_WAIT_MINUTES'],
  ] as const)('are not guessed at: %j', (more, env) => {
    expect(() => people(more)).toThrow(
      expect.objectContaining({ code: 'SETTING_INVALID', action: expect.stringContaining(env) }),
    );
  });
});
