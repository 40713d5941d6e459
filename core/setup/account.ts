/** An account's lines: in the order in which somebody connects it. Pure: what is known of it goes in. */
import type { Identified, WebhookInfo } from '../ports.ts';
import { SETTINGS } from '../settings.ts';
import { line, part, type SetupLine, type SetupPart, type SetupProblem } from './report.ts';

/** What its platform told when it was asked last. */
export interface PlatformTold {
  who?: Identified;
  /** Absent where the platform does not tell. */
  webhook?: WebhookInfo;
  /** It refuses the account, or does not answer. */
  problem?: SetupProblem;
  /** Whether the account's address leads to this server, asked as its platform asks to prove it; absent where it never asks. */
  reach?: { ok: true } | { ok: false; reason: string };
}

/** All that is known of an account. Times are UTC milliseconds. */
export interface AccountKnown {
  id: string;
  name: string;
  channel: string;
  /** Its node could not be made, or its platform refuses it. */
  trouble?: string;
  /** Absent: its node could not be made. */
  running?: {
    enabled: boolean;
    /** Its platform is the stand-in on this machine. */
    simulated: boolean;
    /** Customers come by a line to this server, and no platform stands between. */
    direct: boolean;
    /** It asks its platform for what came. */
    polls: boolean;
    autoReply: boolean;
    hasPrompt: boolean;
    /** Whether calls are checked; absent where the platform signs nothing. */
    signs?: boolean;
    /** The platform can be told where to deliver. */
    registers: boolean;
  };
  /** There is a node at which its turns start. */
  hasEntry: boolean;
  /** Of its webhook, with the root of the flows; absent where nothing leads to it. */
  path?: string;
  /** Under which the world reaches this server, without a slash at the end; empty: not known. */
  publicUrl: string;
  /** Names of variables, with the account's prefix. */
  variables: { credentials: string; signature: string; autoReply: string };
  /** The last call that was taken, the last that was not without a right signature, and the last that was refused for it. */
  heardAt?: number;
  signedAt?: number;
  refused?: { at: number; reason: string };
  told?: PlatformTold;
}

type Running = NonNullable<AccountKnown['running']>;

/** The account and its steps, the first first. */
export function accountPart(known: AccountKnown): SetupPart {
  const { id, name, channel, running } = known;
  const isReal = running?.enabled === true && !running.simulated && !running.direct;
  return part({ kind: 'account', id, name, channel, ...(isReal && { real: true }) }, linesOf(known));
}

function linesOf(known: AccountKnown): (SetupLine | undefined)[] {
  const { id, running, trouble, variables } = known;
  const node = id;
  if (!running) return [line('missing', 'account.broken', { values: { reason: trouble ?? '' }, node })];
  if (!running.enabled) return [line('off', 'account.off', { node })];
  const prompt = running.hasPrompt ? undefined : line('missing', 'account.prompt', { node });
  const entry = entryLine(known, running);
  if (running.direct) return [entry, prompt];
  if (running.simulated)
    return [
      line('standin', 'account.standin', { values: { variable: variables.credentials }, node }),
      entry,
      signatureLine(known, running),
      prompt,
    ];
  return [
    whoLine(known),
    troubleLine(known),
    entry,
    ...(running.polls
      ? [line('ok', 'account.polls')]
      : [addressLine(known), deliveryLine(known, running), signatureLine(known, running)]),
    heardLine(known),
    prompt,
    running.autoReply
      ? undefined
      : line('warn', 'account.drafts', { values: { variable: `${variables.autoReply}=true` }, node }),
  ];
}

function entryLine({ id, hasEntry, path }: AccountKnown, { direct, polls }: Running): SetupLine {
  if (!hasEntry) return line('missing', 'account.noEntry', { node: id });
  if (direct) return line('ok', 'account.direct');
  if (path) return line('ok', 'account.entry', { values: { path } });
  return polls ? line('ok', 'account.start') : line('missing', 'account.noPath');
}

/** Whose the credentials are; nothing before the platform was asked. */
function whoLine({ id: node, told }: AccountKnown): SetupLine | undefined {
  if (told?.problem) return line('missing', 'account.refused', { problem: told.problem, node });
  return told?.who && line('ok', 'account.who', { values: { who: told.who.name || told.who.id } });
}

/** What was found out by sending and asking; one refusal is enough. */
function troubleLine({ id: node, told, trouble }: AccountKnown): SetupLine | undefined {
  if (!trouble || told?.problem) return undefined;
  return line('missing', 'account.broken', { values: { reason: trouble }, node });
}

/** What was heard of it is the best proof: nothing else is asked for then. */
const isHeard = ({ heardAt = 0, refused }: AccountKnown) => heardAt > (refused?.at ?? 0);

function addressLine(known: AccountKnown): SetupLine | undefined {
  const { publicUrl, path = '', told } = known;
  const url = publicUrl + path;
  if (isHeard(known) || told?.problem) return undefined;
  if (!publicUrl)
    return isHere(told?.webhook?.url, known)
      ? undefined
      : line('missing', 'account.noAddress', { values: { variable: SETTINGS.publicUrl.env } });
  const { reach } = told ?? {};
  if (!reach) return undefined;
  return reach.ok
    ? line('ok', 'account.reached', { values: { url } })
    : line('warn', 'account.unreached', { values: { url, reason: reach.reason } });
}

/** Whether a platform delivers to this account: by its address, or by its path where no address is known. */
function isHere(url: string | undefined, { publicUrl, path }: AccountKnown): boolean {
  if (!url || !path || !URL.canParse(url)) return false;
  const { pathname } = new URL(url);
  const same = (one: string, other: string) => one.replace(/\/+$/, '') === other.replace(/\/+$/, '');
  return publicUrl ? same(url, publicUrl + path) : same(pathname, path);
}

function deliveryLine(known: AccountKnown, { registers }: Running): SetupLine | undefined {
  const { told, publicUrl, path, heardAt = 0 } = known;
  if (told?.problem || !path) return undefined;
  const url = publicUrl && publicUrl + path;
  if (!registers) {
    if (isHeard(known)) return undefined;
    return line('missing', 'account.subscribe', { values: { url: url || path } });
  }
  const { webhook } = told ?? {};
  if (!webhook) return undefined;
  const deed = url ? ({ deed: 'register', values: { url } } as const) : {};
  if (!webhook.url) return line('missing', 'account.nowhere', deed);
  if (!isHere(webhook.url, known))
    return line('warn', 'account.elsewhere', { ...deed, values: { ...deed.values, other: webhook.url } });
  const { lastError, lastErrorAt = 0, pending } = webhook;
  if (lastError && lastErrorAt > heardAt)
    return line('warn', 'account.failing', { values: { at: lastErrorAt, reason: lastError, n: pending } });
  return line('ok', 'account.delivers', { values: { url: webhook.url } });
}

function signatureLine(known: AccountKnown, { signs, simulated }: Running): SetupLine | undefined {
  const { id: node, refused, heardAt, signedAt, variables } = known;
  if (signs === undefined) return undefined;
  if (!signs) {
    // Whoever reaches this machine only: nothing to fear.
    if (simulated) return undefined;
    return line('warn', 'account.unsigned', { values: { variable: variables.signature }, node });
  }
  if (refused && refused.at > (signedAt ?? 0))
    return line('missing', 'account.unproved', { values: { at: refused.at, reason: refused.reason }, node });
  if (signedAt !== undefined) return line('ok', 'account.signed', { values: { at: signedAt } });
  if (simulated) return undefined;
  // What came before the secret was set proves nothing of it.
  return heardAt === undefined ? line('ok', 'account.checks') : line('warn', 'account.unseen', { node });
}

function heardLine({ heardAt, told }: AccountKnown): SetupLine {
  if (heardAt !== undefined) return line('ok', 'account.heard', { values: { at: heardAt } });
  const who = told?.who?.name;
  return who ? line('missing', 'account.unheard', { values: { who } }) : line('missing', 'account.silent');
}
