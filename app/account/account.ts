/** An account from its saved configuration: each value node → environment → default. */
import type { Account } from '../../core/accounts.ts';
import { DragomanError } from '../../core/errors.ts';
import { readWords } from '../../core/inbox/own-words.ts';
import { LONGEST_SILENCE_S } from '../../core/policy/takeover.ts';
import type { Channel, ChannelSettings } from '../../core/ports.ts';
import { type Environment, isYes, resolveFor, SETTINGS, type SettingSpec } from '../../core/settings.ts';
import { fieldValue } from '../fields.ts';
import { type AccountConfig, credentialKey } from './config.ts';
import { outreachOf } from './outreach.ts';
import { peopleOf } from './people.ts';

/** What an account is made of beside its configuration. */
export interface AccountSources {
  channel: Channel;
  /** The secrets typed into the node, by `credentialKey`. */
  credentials: Record<string, string | undefined>;
  /** Where the stand-ins of the platforms are; undefined while they are switched off. */
  simulator: { base(): string } | undefined;
  environment?: Environment;
}

/** Twenty-four days: no timer can hold more. */
const LONGEST_TURN_S = 2_073_600;

/** @throws DragomanError SETTING_INVALID */
export function accountOf(id: string, config: AccountConfig & { name?: string }, sources: AccountSources): Account {
  const { channel, environment = process.env } = sources;
  const { real, ...connection } = connectionOf(id, config, sources);
  const value = (spec: SettingSpec, own: string) => resolveFor(spec, environment, own, config.envPrefix).value;
  return {
    id,
    name: value(SETTINGS.assistantName, config.name ?? '') || channel.id,
    channel,
    enabled: config.enabled,
    ...connection,
    language: config.language || 'en',
    timezone: config.timezone || 'UTC',
    prompt: {
      manual: value(SETTINGS.instructions, config.manualPrompt),
      facts: { business: config.business, hours: config.hours, tone: config.tone, links: config.links },
    },
    staticTexts: config.staticTexts,
    suggestions: config.suggestions,
    envPrefix: config.envPrefix,
    ...behaviourOf(config, environment, real),
    voiceReplies: config.voiceReplies,
    handBackText: sayable(config.handBackText, channel),
    reopens: config.reopens,
    burst: config.burst,
    dailyLimit: config.dailyLimit,
    consentWords: consentWordsOf(config.envPrefix, environment),
    people: peopleOf(config, environment),
    outreach: outreachOf(config, environment, {
      simulated: connection.simulated,
      unofficial: channel.capabilities.unofficial === true,
    }),
  };
}

function consentWordsOf(envPrefix: string, environment: Environment): Account['consentWords'] {
  const read = (spec: SettingSpec) => {
    const { value, env } = resolveFor(spec, environment, '', envPrefix);
    return readWords(value, env);
  };
  return { out: read(SETTINGS.optOutWords), in: read(SETTINGS.optInWords) };
}

/** How the account behaves. @param real it has credentials of its platform */
function behaviourOf(config: AccountConfig, environment: Environment, real: boolean) {
  const found = (spec: SettingSpec, own: string | number) =>
    resolveFor(spec, environment, String(own), config.envPrefix);
  const yes = (spec: SettingSpec, own: string, on: string) => (own ? own === on : isYes(found(spec, '').value));
  const sends = found(SETTINGS.autoReply, config.autoReply);
  const timeout = found(SETTINGS.timeout, config.timeoutSeconds);
  return {
    takeover: {
      cooldownMs: seconds(found(SETTINGS.cooldown, config.takeoverSeconds).value, SETTINGS.cooldown.env),
      ceilingMs: config.takeoverCeilingSeconds * 1_000,
    },
    // Nothing of an account without credentials can reach a customer.
    autoReply: sends.from === 'unset' ? !real : isYes(sends.value),
    inline: yes(SETTINGS.inline, config.processing, 'inline'),
    queue: found(SETTINGS.queue, config.queue).value,
    timeoutMs: seconds(timeout.value, SETTINGS.timeout.env, 1, LONGEST_TURN_S),
    timeoutChosen: timeout.from !== 'default',
  };
}

/** Words without anything that could be a mark. */
const BARE = /^[\p{L}\p{M}\p{N}\s.,;!?¡¿'’"-]+$/u;

/** @returns the words; none for spaces. @throws DragomanError SETTING_INVALID for what the channel makes nothing of */
function sayable(words: string, channel: Channel): string {
  if (!words.trim()) return '';
  // They are there as they stand: a start does not wait for what reads marks.
  if (/[\p{L}\p{N}]/u.test(words) && BARE.test(words)) return words;
  if (channel.render({ text: words }).length > 0) return words;
  throw new DragomanError(
    'SETTING_INVALID',
    `The words after a person's part (${JSON.stringify(words)}) are nothing that can be sent: they hold only marks.`,
    'Write a sentence into the account, or leave the field empty.',
  );
}

/** @returns milliseconds. @param least, most in seconds. @throws DragomanError SETTING_INVALID */
function seconds(value: string, env: string, least = 0, most = LONGEST_SILENCE_S): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (number >= least && number <= most) return number * 1_000;
  throw new DragomanError(
    'SETTING_INVALID',
    !Number.isFinite(number) || number < 0
      ? `"${value}" is no number of seconds.`
      : number < least
        ? `"${value}" seconds are too short: it is ${least} at least.`
        : `"${value}" seconds are too long: it is ${most} at most.`,
    `Correct it in the account or in ${env}.`,
  );
}

/**
 * The channel's settings; an API's address is our stand-in's while there are no real credentials.
 * @throws DragomanError SETTING_INVALID
 */
export function connectionOf(
  id: string,
  config: Pick<AccountConfig, 'settings' | 'envPrefix'>,
  { channel, credentials, simulator, environment = process.env }: AccountSources,
): { settings: ChannelSettings; simulated: boolean; real: boolean } {
  // Where the platform has given no name yet, the node's id tells accounts apart on the stand-in.
  const settings: ChannelSettings = { account: id };
  for (const [name, field] of Object.entries(channel.fields)) {
    const own = field.secret ? credentials[credentialKey(channel.id, name)] : config.settings[name];
    settings[name] = fieldValue(field, environment, own, config.envPrefix);
  }
  const real = channel.realWhen.some((name) => settings[name]);
  let simulated = false;
  for (const [name, { base }] of Object.entries(channel.fields)) {
    if (!base || settings[name]) continue;
    if (real) settings[name] = base.real;
    else if (simulator) {
      simulated = true;
      // The stand-in's port is known once it listens, which may be after this.
      Object.defineProperty(settings, name, { enumerable: true, get: () => simulator.base() + base.simulator });
    }
  }
  return { settings, simulated, real };
}
