/** The customers: post updates over 32 connections, and write again only when they have been answered, so that no two messages become one turn. */
import type { ChildProcess } from 'node:child_process';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Arrivals } from './platform.ts';
import { cpuOf } from './process.ts';
import type { Subject } from './subjects.ts';

const CONNECTIONS = 32;
/** Who says the same again and again, but for a number, is taken for a bot. */
const TEXTS = [
  '¿Por qué mi internet está tan lento desde ayer?',
  '¿Cómo cambio la contraseña de mi red en casa?',
  'La luz de mi router parpadea y no tengo conexión',
  '¿Cuándo viene el técnico que pedí la semana pasada?',
  'Buenas tardes, quiero saber qué debo este mes',
];
const FIRST_CHAT = 7_000_000;
/** A platform that is patient posts again after so long. */
const REFUSED_MS = 250;

/** One round's figures; times in milliseconds. */
export interface Round {
  /** From the first post to the last reply. */
  seconds: number;
  /** User and system time of the subject's processes a reply, in microseconds. */
  cpu: number;
  /** Webhook post → its 200. */
  acks: number[];
  /** Webhook post → the reply's arrival at the platform. */
  replies: number[];
}

// A connection that nobody used for a moment is not used again: another subject may have its port by then.
const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 1_000 });
/** The same clock in all processes of the machine, finer than `Date.now()`. */
const now = () => performance.timeOrigin + performance.now();
let serial = 0;

export interface Work {
  count: number;
  /** How many write, each again only when he was answered. */
  customers: number;
  /** How many replies are awaited at a time; of all customers when absent. */
  atOnce?: number;
  limitMs?: number;
  /** What is refused is posted again, as platforms do. */
  patient?: boolean;
}

/**
 * Posts `count` updates of different ids, to one worker after another, and waits for their replies.
 * @throws Error when an update is not acknowledged, or a reply is missing after `limitMs`.
 */
export async function load(
  subject: Pick<Subject, 'url' | 'child' | 'texts' | 'others'>,
  platform: ChildProcess,
  { count, customers, atOnce = customers, limitMs = 60_000, patient = false }: Work,
): Promise<Round> {
  const { texts = TEXTS, others = [] } = subject;
  const doors = [subject, ...others];
  const cpuOfAll = () => doors.reduce((sum, { child }) => sum + cpuOf(child), 0);
  const first = serial;
  serial += count;
  const posted = new Float64Array(count);
  const acks: number[] = [];
  const replies: number[] = [];
  const idle = Array.from({ length: customers }, (_, index) => FIRST_CHAT + index);
  const chats = new Int32Array(count);
  const waiting: (() => void)[] = [];
  const { promise: answered, resolve, reject } = Promise.withResolvers<number>();
  const limit = setTimeout(
    () => reject(new Error(`${count - replies.length} of ${count} replies are missing after ${limitMs / 1000} s.`)),
    limitMs,
  );

  const arrive = ({ arrivals }: Arrivals) => {
    for (const [number, at] of arrivals) {
      const index = number - first;
      replies.push(at - posted[index]!);
      idle.push(chats[index]!);
      waiting.shift()?.();
      if (replies.length === count) resolve(at);
    }
  };
  platform.on('message', arrive);

  let next = 0;
  async function connection(): Promise<void> {
    while (next < count) {
      const chat = idle.length > customers - atOnce ? idle.shift() : undefined;
      if (chat === undefined) {
        await new Promise<void>((go) => waiting.push(go));
        continue;
      }
      const index = next++;
      chats[index] = chat;
      // Customers take turns: each time round, each of them says something else.
      const text = texts[(index + Math.floor((first + index) / customers)) % texts.length]!;
      const body = update(first + index, chat, text);
      posted[index] = now();
      await (patient ? deliver : post)(doors[index % doors.length]!.url, body);
      acks.push(now() - posted[index]!);
    }
    // Whoever waits for a customer has nothing to post any more either.
    for (const go of waiting.splice(0)) go();
  }

  const before = cpuOfAll();
  try {
    const posting = Promise.all(Array.from({ length: CONNECTIONS }, connection));
    const [end] = await Promise.all([answered, posting]);
    const cpu = (cpuOfAll() - before) / count;
    return { seconds: (end - posted[0]!) / 1_000, cpu, acks, replies };
  } finally {
    clearTimeout(limit);
    platform.off('message', arrive);
  }
}

/** An update as Telegram sends it. */
export function update(id: number, chat: number, text = TEXTS[0]!): string {
  const person = { id: chat, first_name: 'Lucía', last_name: 'Prueba', username: `lucia_${chat}` };
  return JSON.stringify({
    update_id: 500_000 + id,
    message: {
      message_id: 11 + id,
      from: { ...person, is_bot: false, language_code: 'es' },
      chat: { ...person, type: 'private' },
      date: Math.floor(Date.now() / 1_000),
      text: `${text} #${id}`,
    },
  });
}

/** Posts an update until it is acknowledged. */
export async function deliver(url: string, body: string): Promise<void> {
  const taken = await post(url, body).then(
    () => true,
    () => false,
  );
  if (taken) return;
  await sleep(REFUSED_MS);
  await deliver(url, body);
}

/** Posts an update; rejects unless it is acknowledged. */
export function post(url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      if (response.statusCode === 200) response.on('end', resolve);
      else reject(new Error(`An update was answered with ${response.statusCode}.`));
    });
    call.on('error', (error: NodeJS.ErrnoException) => {
      // The server let go of a connection just as it was used again: an update may be posted twice.
      if (call.reusedSocket && error.code === 'ECONNRESET') post(url, body).then(resolve, reject);
      else reject(error);
    });
    call.end(body);
  });
}
