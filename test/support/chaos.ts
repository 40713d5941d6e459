/** What the tests of chaos share: people on three stand-in platforms, webhooks that come until they are taken, and the judgement afterwards. */
import type { Message } from '../../core/model.ts';
import type { Store } from '../../core/ports.ts';
import type { Call, PlatformId, RunningSimulator, Simulator } from '../../simulator/index.ts';

export const CHAOS_PLATFORMS = ['telegram', 'whatsapp', 'instagram'] as const;

/** Of a product whose accounts are on the stand-ins. */
export const onPlatforms = (url: string): Record<string, string> => ({
  TELEGRAM_API_BASE: `${url}/telegram`,
  TELEGRAM_BOT_TOKEN: '1:chaos',
  WHATSAPP_API_BASE: `${url}/whatsapp`,
  WHATSAPP_ACCESS_TOKEN: 'chaos',
  WHATSAPP_PHONE_NUMBER_ID: '1000',
  INSTAGRAM_API_BASE: `${url}/instagram`,
  INSTAGRAM_ACCESS_TOKEN: 'chaos',
  INSTAGRAM_ACCOUNT_ID: '2000',
});

/** Platforms that fail now and then, and are slow enough for a kill to meet sends that are on their way. */
export function makeFaulty(platforms: Simulator): void {
  for (const platform of CHAOS_PLATFORMS) {
    platforms.faults.set({ platform }, { kind: 'server-error', chance: 0.02 });
    platforms.faults.set({ platform }, { kind: 'rate-limit', retryAfter: 1, chance: 0.02 });
    platforms.faults.set({ platform }, { kind: 'accept-then-drop', chance: 0.005 });
    platforms.faults.set({ platform }, { kind: 'delay', ms: 25 });
  }
}

/** All messages that come to be on the platforms from now on, oldest first: their journals keep the newest only. */
export function keepShown(platforms: RunningSimulator): Call[] {
  const shown: Call[] = [];
  platforms.onCall((call) => {
    if (call.send && call.messageId) shown.push(call);
  });
  return shown;
}

/** The words that are answered on the platforms from now on, with when, in `performance.now()`. */
export function keepAnswered(platforms: RunningSimulator): ReadonlyMap<string, number> {
  const answered = new Map<string, number>();
  platforms.onCall((call) => {
    if (!call.send || !call.messageId) return;
    for (const token of tokensIn(call.text ?? '')) answered.set(token, performance.now());
  });
  return answered;
}

export interface Delivery {
  platform: PlatformId;
  thread: string;
  token: string;
  headers: Record<string, string>;
  body: string;
}

/** The webhook by which a person, told by number, says a word: `w17`. */
export function delivery(platforms: Simulator, person: number, token: string): Delivery {
  const platform = CHAOS_PLATFORMS[person % CHAOS_PLATFORMS.length]!;
  const thread = String(34_600_000_000 + person);
  const request =
    platform === 'telegram'
      ? platforms.webhook(platform, { kind: 'text', customer: { id: Number(thread) }, text: token })
      : platform === 'whatsapp'
        ? platforms.webhook(platform, { kind: 'text', customer: { phone: thread }, text: token }, { account: '1000' })
        : platforms.webhook(platform, { kind: 'text', customer: { id: thread }, text: token }, { account: '2000' });
  return { platform, thread, token, headers: request.headers, body: request.body };
}

/** Posts until it is taken, as a platform does. @param server the base URL of the one to try next */
export async function deliver({ platform, headers, body }: Delivery, server: () => string): Promise<void> {
  const answers: string[] = [];
  for (const end = Date.now() + 120_000; Date.now() < end; ) {
    const url = `${server()}/hook/${platform}`;
    const signal = AbortSignal.timeout(10_000);
    const answer = await fetch(url, { method: 'POST', headers, body, signal })
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch((error: Error) => ({ status: 0, text: `${error.name} ${error.cause ?? ''}` }));
    if (answer.status === 200) return;
    answers.push(`${url}: ${answer.status} ${answer.text.slice(0, 100)}`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** answers.length, 3_000)));
  }
  throw new Error(`The webhook was not taken within two minutes.\n${answers.slice(-9).join('\n')}`);
}

/** Whether nothing waits any more: no turn, no message. */
export async function isIdle(store: Store): Promise<boolean> {
  const open = await store.sends({ states: ['queued', 'sending'], limit: 1 });
  return (await store.lanes()).length === 0 && open.length === 0;
}

export const tokensIn = (text: string) => text.match(/w\d+/g) ?? [];

export interface Verdict {
  /** What must not be, as sentences. */
  problems: string[];
  /** How many words were answered on the platforms. */
  answered: number;
  /** Words whose reply may or may not have arrived: nobody knows, so they are listed, and not sent again. */
  unknown: string[];
  /** Words whose reply a process had taken that stalled, while others answered later ones: listed, and not sent behind those. */
  overtaken: string[];
  /** What each person said, as the store has it in its order, by thread. */
  received: Map<string, string[]>;
}

/** Looks at what each person was shown beside what they said: each word answered once, in order, by the turn that has it. */
export async function judge(store: Store, shown: Call[]): Promise<Verdict> {
  const verdict: Verdict = { problems: [], answered: 0, unknown: [], overtaken: [], received: new Map() };
  for (const conversation of await store.conversations({ limit: 10_000 })) {
    const messages = await store.messages(conversation.id, { limit: 10_000 });
    const thread = JSON.stringify(conversation.address).match(/\d{11}/)![0];
    const received = messages.filter((message) => message.direction === 'in').map((message) => message.text);
    const told = shown
      .filter((call) => call.platform === conversation.channel && call.thread === thread)
      .flatMap((call) => tokensIn(call.text ?? ''));
    const unknown = messages.filter((message) => message.state === 'unknown').flatMap(({ text }) => tokensIn(text));
    const overtaken = messages.filter(({ error }) => error?.code === 'OVERTAKEN').flatMap(({ text }) => tokensIn(text));
    verdict.received.set(thread, received);
    verdict.answered += told.length;
    verdict.unknown.push(...unknown);
    verdict.overtaken.push(...overtaken);
    const problem = (words: string) => verdict.problems.push(`${conversation.channel} ${thread} ${words}`);
    if (new Set(told).size !== told.length) problem(`was told something twice: ${told}`);
    const missing = received.filter((token) => ![...told, ...unknown, ...overtaken].includes(token));
    if (missing.length > 0) problem(`got no reply to ${missing}`);
    const expected = received.filter((token) => told.includes(token));
    if (expected.join() !== told.join()) problem(`was answered out of order: ${expected} / ${told}`);
    if (new Set(received).size !== received.length) problem(`has a message twice: ${received}`);
    for (const reply of messages.filter(({ direction }) => direction === 'out')) {
      const asked = messages.filter(({ direction, turnId }) => direction === 'in' && turnId === reply.turnId);
      if (said(asked) !== said([reply])) problem(`was answered ${said([reply])} by the turn of ${said(asked)}`);
    }
  }
  return verdict;
}

const said = (messages: Message[]) => messages.flatMap(({ text }) => tokensIn(text)).join();
