/** The people of a scenario as customers of the stand-in platforms, and what they do as the platforms' actions. */
import { createHash } from 'node:crypto';
import type { Engine } from '../app/engine.ts';
import { nameOn } from '../app/simulator/history.ts';
import { DragomanError } from '../core/errors.ts';
import type { FlowNode } from '../node-red/flow-files/canonical.ts';
import type { Actions } from '../simulator/actions.ts';
import { PLATFORMS, type PlatformId } from '../simulator/types.ts';
import { accountNamed } from './accounts.ts';
import { webhookPath } from './flows.ts';
import type { Act, Medium, Person, Scenario } from './format.ts';

/** Somebody who has a place. */
export interface Resident extends Person {
  accountId: string;
  platform: PlatformId;
  /** Path of the account's webhook. */
  webhook: string;
  /** The account's name on the platform. */
  account: string;
  /** The name of his private thread on the platform. */
  thread: string;
  /** What he is known by in the store. */
  identities: string[];
  customer: { id: string; phone?: string; userId?: string; name?: string; username?: string; language?: string };
}

const FIRST: Record<PlatformId, number> = {
  telegram: 500_000_001,
  whatsapp: 34_600_000_001,
  instagram: 9_000_000_000_001,
  waha: 34_610_000_001,
};

/** @throws DragomanError with file and line where somebody's account is not there or cannot be reached */
export function settlePeople(
  scenario: Scenario,
  engine: Engine,
  nodes: FlowNode[],
  platforms: string,
): Map<string, Resident> {
  let index = 0;
  const settled = [...scenario.people.values()].map((person): [string, Resident] => {
    const fail = (message: string, action: string): never => {
      throw new DragomanError('BAD_REQUEST', `${scenario.file}:${person.line}: ${message}`, action);
    };
    const account = accountOf(engine, person, fail);
    const platform =
      PLATFORMS.find((id) => id === account.channel.id) ??
      fail(`There is no stand-in of ${account.channel.id}.`, `People can be on ${PLATFORMS.join(', ')}.`);
    if (!account.settings.apiBase?.startsWith(platforms))
      fail(
        `Account "${account.name}" does not talk to the stand-in.`,
        'Take its API address out of the scenario’s env.',
      );
    const webhook =
      webhookPath(nodes, account.id) ??
      fail(`No http in node leads to account "${account.name}".`, 'Wire one to its channel-in.');
    const phones = platform === 'whatsapp' || platform === 'waha';
    const id = person.id ?? (phones && person.userId ? '' : String(FIRST[platform] + index++));
    const digits = phones ? id.replace(/\D/g, '') : id;
    const thread = digits || (platform === 'waha' ? `${person.userId}@lid` : person.userId!);
    const { name, username, language, userId } = person;
    const customer = {
      id: digits,
      phone: digits || undefined,
      userId,
      name: name ?? capital(person.key),
      username,
      language,
    };
    const identities = [digits, userId].filter((value): value is string => Boolean(value));
    return [
      person.key,
      { ...person, accountId: account.id, platform, webhook, account: nameOn(account), thread, identities, customer },
    ];
  });
  return new Map(settled);
}

function accountOf(engine: Engine, person: Person, fail: (message: string, action: string) => never) {
  try {
    return accountNamed(engine, person.on);
  } catch (error) {
    return DragomanError.is(error) ? fail(error.message, error.action) : fail(String(error), '');
  }
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** A group's id on Telegram, and but for its sign on WAHA, always the same for a name; WhatsApp takes the name. */
const groupNumber = (name: string) =>
  -1 - (Number.parseInt(createHash('sha256').update(name).digest('hex').slice(0, 7), 16) % 900_000_000);

/** The name of a group's thread on the platform. */
export const groupThread = (platform: PlatformId, name: string): string =>
  platform === 'telegram'
    ? String(groupNumber(name))
    : platform === 'waha'
      ? `${Math.abs(groupNumber(name))}@g.us`
      : name;

/** What an act needs to know of before: messages by the name that a step gave them, and the bot's last one. */
export interface Known {
  id(label: string): string;
  last: { id: string; text?: string; buttons?: { title: string; id?: string }[] } | undefined;
}

/** @throws DragomanError for what the platform does not have */
export function actionOf(person: Resident, act: Act, known: Known, group?: string): Actions[PlatformId] {
  const action = MAKERS[person.platform](person, act, known, group);
  if (!action)
    throw new DragomanError(
      'BAD_REQUEST',
      `On ${person.platform} nobody can do this: ${act.do}.`,
      'docs/scenarios.md tells which platform has what.',
    );
  return action;
}

type Maker = (person: Resident, act: Act, known: Known, group?: string) => Actions[PlatformId] | undefined;

/** The button of the bot's last message that has this title. */
function buttonOf({ last }: Known, title: string): { title: string; id: string; message: string } {
  const button = last?.buttons?.find((one) => one.title === title);
  if (!last || !button)
    throw new DragomanError(
      'BAD_REQUEST',
      `The bot's last message has no button "${title}". It has: ${last?.buttons?.map((one) => one.title).join(', ') || 'none'}.`,
      'Tap one that is there.',
    );
  return { title, id: button.id ?? button.title, message: last.id };
}

function lastOf({ last }: Known): string {
  if (last) return last.id;
  throw new DragomanError('BAD_REQUEST', 'The bot has sent nothing yet.', 'Let it answer first.');
}

/** A change of a message, as all platforms tell it whose messages have a text for an id. */
function changeOf(act: Extract<Act, { do: 'edit' | 'delete' | 'react' }>, known: Known) {
  if (act.do === 'edit') return { kind: 'edit', messageId: known.id(act.message), text: act.text } as const;
  if (act.do === 'delete') return { kind: 'delete', messageId: known.id(act.message) } as const;
  const messageId = act.message ? known.id(act.message) : lastOf(known);
  return { kind: 'reaction', messageId, emoji: act.emoji } as const;
}

const PLACE = { latitude: 40.4168, longitude: -3.7038 };
const CARD = { phone: '+34600999888', firstName: 'Luis' };

const MAKERS: Record<PlatformId, Maker> = {
  telegram({ customer: { id, name, username, language } }, act, known, group) {
    const customer = { id: Number(id), firstName: name, username, language };
    const base = { customer, ...(group ? { group: { id: groupNumber(group), title: group } } : {}) };
    switch (act.do) {
      case 'text':
        return { kind: 'text', ...base, text: act.text };
      case 'send':
        if (act.medium === 'location') return { kind: 'location', ...base, ...PLACE };
        if (act.medium === 'contact') return { kind: 'contact', ...base, ...CARD };
        return { kind: act.medium, ...base, caption: act.caption } as Actions['telegram'];
      case 'tap': {
        const { id: data, message } = buttonOf(known, act.title);
        return { kind: 'callback', customer, data, messageId: Number(message) };
      }
      case 'edit':
        return { kind: 'edit', ...base, messageId: Number(known.id(act.message)), text: act.text };
      case 'react':
        return {
          kind: 'reaction',
          customer,
          messageId: Number(act.message ? known.id(act.message) : lastOf(known)),
          emoji: act.emoji,
        };
      case 'reach':
        return { kind: act.blocked ? 'blocked' : 'unblocked', customer };
      default:
        return undefined;
    }
  },
  whatsapp({ customer: { phone, userId, name, username } }, act, known, group) {
    const base = { customer: { phone, userId, name, username }, ...(group ? { group } : {}) };
    switch (act.do) {
      case 'text':
        return { kind: 'text', ...base, text: act.text };
      case 'send':
        if (act.medium === 'location') return { kind: 'location', ...base, ...PLACE };
        if (act.medium === 'contact') return { kind: 'contact', ...base, ...CARD };
        return { kind: act.medium, ...base, caption: act.caption } as Actions['whatsapp'];
      case 'tap': {
        const { title, id } = buttonOf(known, act.title);
        return { kind: 'button', ...base, buttonId: id, title };
      }
      case 'edit':
      case 'delete':
      case 'react':
        return { ...base, ...changeOf(act, known) };
      case 'receipt':
        return { kind: 'status', status: act.state, messageId: lastOf(known) };
      default:
        return undefined;
    }
  },
  instagram({ customer: { id } }, act, known, group) {
    const customer = { id };
    if (group) return undefined;
    switch (act.do) {
      case 'text':
        return { kind: 'text', customer, text: act.text };
      case 'send':
        return INSTAGRAM_MEDIA.includes(act.medium)
          ? ({ kind: act.medium, customer, text: act.caption } as Actions['instagram'])
          : undefined;
      case 'tap': {
        const { title, id: payload } = buttonOf(known, act.title);
        return { kind: 'quick-reply', customer, title, payload };
      }
      case 'edit':
      case 'delete':
      case 'react':
        return { customer, ...changeOf(act, known) };
      case 'receipt':
        return act.state === 'read' ? { kind: 'read', customer, messageId: lastOf(known) } : undefined;
      default:
        return undefined;
    }
  },
  waha({ customer: { phone, userId, name } }, act, known, group) {
    const base = {
      customer: { phone, lid: userId, name },
      ...(group ? { group: String(Math.abs(groupNumber(group))) } : {}),
    };
    switch (act.do) {
      case 'text':
        return { kind: 'text', ...base, text: act.text };
      case 'send':
        if (act.medium === 'location') return { kind: 'location', ...base, ...PLACE };
        if (act.medium === 'contact') return { kind: 'contact', ...base, ...CARD };
        return { kind: act.medium, ...base, caption: act.caption } as Actions['waha'];
      case 'edit':
      case 'delete':
      case 'react':
        return { ...base, ...changeOf(act, known) };
      case 'receipt':
        return { kind: 'status', status: act.state, messageId: lastOf(known) };
      default:
        return undefined;
    }
  },
};

const INSTAGRAM_MEDIA: readonly Medium[] = ['photo', 'video', 'voice', 'document', 'sticker'];

/** What a person of the business writes in the platform's own app. */
export function echoOf(
  { platform, customer: { id, phone, userId, name } }: Resident,
  text: string,
  automated: boolean,
): Actions[PlatformId] {
  if (platform === 'whatsapp') return { kind: 'echo', customer: { phone, userId, name }, text, automated };
  if (platform === 'waha')
    return { kind: 'echo', customer: { phone, lid: userId, name }, text, source: automated ? 'api' : 'app' };
  if (platform === 'instagram' && !automated) return { kind: 'echo', customer: { id }, text };
  throw new DragomanError(
    'BAD_REQUEST',
    platform === 'telegram'
      ? 'On Telegram nobody can write as the bot from an app.'
      : 'Instagram does not tell what is automated.',
    'Try it on WhatsApp.',
  );
}
