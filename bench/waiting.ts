/** What a conversation costs that waits for an LLM: 10,000 of them, and an LLM that says nothing for a while. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliver, update } from './load.ts';
import { cpuOf, memoryOf } from './process.ts';
import { dragoman, type Surroundings } from './subjects.ts';

const CONNECTIONS = 64;
const FIRST_CHAT = 9_000_000;
/** Longer than it takes to bring all of them in. */
const SILENT_MS = 170_000;

/** Half seconds without another request: a busy machine begins turns slowly. */
const PATIENCE = 60;

/** What a process that has nothing to do takes of its processor in three seconds; microseconds. */
const IDLE_US = 250_000;

export interface Waiting {
  conversations: number;
  /** Requests that the LLM had at once. */
  open: number;
  /** Resident memory each, in kB. */
  each: number;
}

export async function waitingCosts(around: Surroundings, llm: ChildProcess, conversations: number): Promise<Waiting> {
  const subject = await dragoman('waiting', 'llm', around);
  const slow = async (delayMs: number) => {
    const told = once(llm, 'message');
    llm.send({ delayMs });
    await told;
  };
  const write = async (first: number, count: number) => {
    let next = 0;
    const connection = async () => {
      while (next < count) {
        const index = first + next++;
        await deliver(subject.url, update(index, FIRST_CHAT + index));
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  };
  // What is loaded at the first use is no conversation's. The subject before this one had an LLM that says nothing.
  await slow(0);
  await write(900_000, 300);
  // Until it has little to do: all of them are answered.
  for (let before = 0, now = cpuOf(subject.child); now - before > IDLE_US; now = cpuOf(subject.child)) {
    before = now;
    await sleep(3_000);
  }
  while ((await openAt(llm)) > 0) await sleep(500);
  await slow(SILENT_MS);
  const before = memoryOf(subject.child);
  await write(0, conversations);
  let open = 0;
  for (let quiet = 0; open < conversations && quiet < PATIENCE; await sleep(500)) {
    const now = await openAt(llm);
    quiet = now > open ? 0 : quiet + 1;
    open = Math.max(open, now);
  }
  const each = ((memoryOf(subject.child) - before) * 1024) / conversations;
  subject.child.kill('SIGKILL');
  if (open !== conversations)
    throw new Error(`${open} requests were open for ${conversations} people: not what is to be measured.`);
  return { conversations, open, each };
}

async function openAt(llm: ChildProcess): Promise<number> {
  llm.send({ open: true });
  const [{ open }] = (await once(llm, 'message')) as [{ open: number }];
  return open;
}
