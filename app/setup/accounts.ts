/** What is known of an account, and what its platform tells of it. */
import type { Account } from '../../core/accounts.ts';
import { composeInstructions } from '../../core/answering/prompt.ts';
import { DragomanError, HttpError } from '../../core/errors.ts';
import type { Channel, Http, Store } from '../../core/ports.ts';
import { SETTINGS } from '../../core/settings.ts';
import { type AccountKnown, accountPart, type PlatformTold } from '../../core/setup/account.ts';
import type { SetupPart } from '../../core/setup/report.ts';
import { askWho, deliverTo } from '../account/connection.ts';
import { type AccountNode, problemOf } from './parts.ts';

/** Newest calls that are looked at for what came of each account. */
const CALLS = 500;
/** What came of a call that brought nothing. */
const EMPTY = new Set(['verify', 'refused', 'unreadable', 'ignored']);
const REACH_MS = 10_000;

/** The last calls of each account, by its id, and the last refused one of each path at which shops call. */
export interface Calls {
  accounts: Map<string, Pick<AccountKnown, 'heardAt' | 'signedAt' | 'refused'>>;
  shops: Map<string, NonNullable<AccountKnown['refused']>>;
}
export const NO_CALLS: Calls = { accounts: new Map(), shops: new Map() };

export async function callsOf(store: Pick<Store, 'webhooks'>): Promise<Calls> {
  const [accounts, shops]: [Calls['accounts'], Calls['shops']] = [new Map(), new Map()];
  for (const call of await store.webhooks({ limit: CALLS })) {
    const { accountId, channel, path, at, status, eventType, error, signed } = call;
    const refused = eventType === 'refused' && (status === 401 || status === 403);
    const why = { at, reason: error ?? String(status) };
    if (channel === 'orders') {
      if (refused && !shops.has(path)) shops.set(path, why);
      continue;
    }
    if (!accountId) continue;
    const known = accounts.get(accountId) ?? {};
    accounts.set(accountId, known);
    if (refused) known.refused ??= why;
    if (status !== 200 || EMPTY.has(eventType)) continue;
    known.heardAt ??= at;
    // Calls from before it was noted tell nothing against it.
    if (signed !== false) known.signedAt ??= at;
  }
  return { accounts, shops };
}

/** All that is known beside the node. */
interface Beside {
  /** Absent: its node could not be made. */
  account: Account | undefined;
  trouble: string | undefined;
  publicUrl: string;
  calls: Calls;
  told: PlatformTold | undefined;
}

export function accountOfSetup(node: AccountNode, { account, trouble, publicUrl, calls, told }: Beside): SetupPart {
  return accountPart({
    ...node,
    ...(trouble !== undefined && { trouble }),
    ...(account && { name: account.name, channel: account.channel.id, running: runningOf(account) }),
    publicUrl,
    variables: variablesOf(account),
    ...calls.accounts.get(node.id),
    ...(told && { told }),
  });
}

function runningOf({ enabled, simulated, channel, settings, autoReply, prompt }: Account): AccountKnown['running'] {
  const direct = Boolean(channel.live ?? channel.chat);
  const signs = direct ? undefined : isChecked(channel, settings);
  return {
    ...{ enabled, simulated, direct, autoReply, polls: channel.polling?.on(settings) ?? false },
    hasPrompt: composeInstructions(prompt).configured,
    ...(signs !== undefined && { signs }),
    registers: channel.webhook !== undefined,
  };
}

/** Whether a call without a signature is refused. */
const isChecked = (channel: Channel, settings: Account['settings']): boolean =>
  !channel.verify({ method: 'POST', path: '/', query: {}, headers: {}, body: new Uint8Array() }, settings).ok;

/** The variables by which it is set up. The one of signatures is found by trying which secret makes the channel look at them. */
function variablesOf(account: Account | undefined): AccountKnown['variables'] {
  if (!account) return { credentials: '', signature: '', autoReply: '' };
  const { channel, envPrefix } = account;
  const fields = Object.entries(channel.fields);
  const signs = fields.find(([name, { secret }]) => secret && isChecked(channel, { [name]: 'tried' }));
  const env = (name: string | undefined) => envPrefix + (channel.fields[name ?? '']?.env ?? '');
  return {
    credentials: env(channel.realWhen[0]),
    signature: env(signs?.[0]),
    autoReply: envPrefix + SETTINGS.autoReply.env,
  };
}

/** Whose its credentials are, where its platform delivers, and whether its address leads here. Never rejects. */
export async function askPlatform(
  { channel, settings }: Account,
  { path }: AccountNode,
  publicUrl: string,
  http: Http,
): Promise<PlatformTold> {
  const [told, reach] = await Promise.all([
    channel.identify
      ? askWho(channel, settings, http).catch((error: unknown) => ({ problem: problemOf(error) }))
      : ({} as PlatformTold),
    path && publicUrl ? reached(publicUrl + path, channel, settings, http) : undefined,
  ]);
  return { ...told, ...(reach && { reach }) };
}

/** @throws DragomanError BAD_REQUEST, ACCOUNT_NOT_CONFIGURED, SEND_FAILED */
export async function registerThere(
  { channel, settings }: Account,
  { path }: AccountNode,
  publicUrl: string,
  http: Http,
): Promise<void> {
  if (!publicUrl || !path)
    throw new DragomanError(
      'BAD_REQUEST',
      'It is not known at which address the platform could deliver.',
      'Set DRAGOMAN_PUBLIC_URL, and wire an http in node to the channel-in node of the account.',
    );
  await deliverTo(publicUrl + path, channel, settings, http);
}

/** Asked as the platform asks to prove it; undefined where it never does: it tells itself then what became of its deliveries. */
async function reached(
  url: string,
  channel: Channel,
  settings: Account['settings'],
  http: Http,
): Promise<PlatformTold['reach']> {
  const proof = channel.proof?.(settings);
  if (!proof) return undefined;
  const asked = `${url}?${new URLSearchParams(proof.query)}`;
  try {
    const { status, text } = await http({ method: 'GET', url: asked, timeoutMs: REACH_MS });
    if (status === 200 && text.trim() === proof.answer) return { ok: true };
    return { ok: false, reason: status === 200 ? 'Somebody else answers there.' : `HTTP ${status}` };
  } catch (error) {
    return { ok: false, reason: error instanceof HttpError ? error.message : 'No answer.' };
  }
}
