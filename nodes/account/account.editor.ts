import { type AccountConfig, credentialKey } from '../../app/account/config.ts';
import { isZone } from '../../core/text/zones.ts';
import { orEmpty, register, wholeFrom } from '../editor.ts';
import { channelForms, editChannel, secretsOf } from './channel-form.ts';
import { editConnection } from './connection.ts';
import { showHolding } from './holding.ts';
import { editLists } from './lists.ts';
import { migrations } from './migrations.ts';
import { OUTREACH } from './outreach.ts';
import { isPrefix, outside } from './outside.ts';
import { PEOPLE } from './people.ts';

const PROMPT = ['manualPrompt', 'business', 'hours', 'tone', 'links'] as const;
/** Nothing is said against an account before the server has told what the environment has for it. */
const hasPrompt = (config: Record<string, unknown>) =>
  PROMPT.some((name) => String(config[name] ?? '').trim()) ||
  outside(String(config.envPrefix ?? ''))?.instructions !== false;

const inTest = ({ outreachTestMode: own, envPrefix }: Record<string, unknown>) =>
  own ? own === 'on' : outside(String(envPrefix ?? ''))?.testMode === true;

register<AccountConfig>('dragoman-account', {
  role: 'config',
  migrations,
  defaults: {
    channel: {
      value: 'telegram',
      check: (value) => (channelForms().some(({ id }) => id === value) ? null : 'channel'),
    },
    enabled: { value: true },
    envPrefix: { value: '', check: (value) => (isPrefix(String(value)) ? null : 'envPrefix') },
    settings: { value: {} },
    language: { value: 'en', check: (value) => (/^[a-z]{2,3}$/.test(String(value)) ? null : 'language') },
    timezone: {
      value: Intl.DateTimeFormat().resolvedOptions().timeZone,
      check: (value) => (isZone(String(value)) ? null : 'timezone'),
    },
    manualPrompt: { value: '', check: (_value, config) => (hasPrompt(config) ? null : 'notConfigured') },
    business: { value: '' },
    hours: { value: '' },
    tone: { value: '' },
    links: { value: '' },
    staticTexts: { value: {} },
    suggestions: { value: [] },
    autoReply: { value: '' },
    voiceReplies: { value: false },
    processing: { value: '' },
    queue: { value: '' },
    timeoutSeconds: { value: '', check: orEmpty(wholeFrom(1, 'timeoutSeconds')) },
    takeoverSeconds: { value: '', check: orEmpty(wholeFrom(0, 'takeoverSeconds')) },
    takeoverCeilingSeconds: { value: 28_800, check: wholeFrom(1, 'takeoverCeilingSeconds') },
    handBackText: { value: '' },
    reopens: { value: false },
    burst: { value: true },
    dailyLimit: { value: 0, check: wholeFrom(0, 'dailyLimit') },
    ...PEOPLE,
    ...OUTREACH,
  },
  // Of every channel: the dialog shows one channel's, the others' stay stored.
  credentials: Object.fromEntries(
    channelForms().flatMap((form) =>
      secretsOf(form).map((field) => [credentialKey(form.id, field), { type: 'password' as const }]),
    ),
  ),
  label: ({ channel }) => channelForms().find(({ id }) => id === channel)?.label ?? channel,
  mark: (config) => (inTest({ ...config }) ? 'label.outreachTestMode' : undefined),
  edit(dialog) {
    const { input, current, text } = dialog;
    const tabs = RED.tabs.create({
      element: $('#dragoman-account-tabs'),
      onchange: ({ id }) => $('#dragoman-account-panels').children().hide().filter(`#${id}`).show(),
    });
    for (const name of ['connection', 'prompt', 'replies', 'people', 'behaviour', 'outreach'])
      tabs.addTab({ id: `dragoman-account-${name}`, label: text(`tab.${name}`) });

    const settings = editChannel(dialog);
    const lists = editLists(dialog);
    const hint = () => $('#dragoman-account-unconfigured').toggle(!hasPrompt(current()));
    for (const name of PROMPT) input(name).on('input', hint);
    hint();
    const testing = () => $('#dragoman-account-testing').toggle(inTest(current()));
    input('outreachTestMode').on('change', testing);
    testing();
    $('#dragoman-account-timezones').append(
      Intl.supportedValuesOf('timeZone').map((value) => $('<option>', { value })),
    );
    const connection = editConnection(dialog, settings);
    showHolding(dialog, (outer) => {
      hint();
      testing();
      connection(outer);
    });
    return () => ({ settings: settings(), ...lists() });
  },
});
