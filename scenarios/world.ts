/** One scenario's world: the bot on its own data, the platforms and the LLM it talks to, and the time they share. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../app/engine.ts';
import type { Account } from '../core/accounts.ts';
import { folderOf } from '../core/folders.ts';
import type { FlowNode } from '../node-red/flow-files/canonical.ts';
import { watchStores } from './asked.ts';
import { type VirtualClock, virtualClock } from './clock.ts';
import { environmentFor, loadFlows, PROJECT, setEnvironment } from './flows.ts';
import type { Scenario } from './format.ts';
import { DATA, type Host, type LogLine, startHost } from './host.ts';
import { type Resident, settlePeople } from './people.ts';
import { type Quiet, watchProcess } from './quiet.ts';
import { type StandIns, startStandIns } from './stand-ins.ts';
import { instantOf } from './time.ts';

/** How far time moves by itself until what was started has ended: all attempts of a turn fit in. */
const HORIZON_MS = 15 * 60_000;
/** How long a stopping bot may take for its running turns. */
const DRAIN_MS = 5 * 60_000;

export interface World {
  scenario: Scenario;
  clock: VirtualClock;
  standIns: StandIns;
  nodes: FlowNode[];
  people: Map<string, Resident>;
  /** By the names that steps gave them: platform ids of messages, and who wrote them. */
  labels: Map<string, { person: string; id: string }>;
  /** When each person last said something; UTC milliseconds. */
  saidAt: Map<string, number>;
  /** Up to which call of the platforms' journal the steps have looked, by person; and of the LLM's. */
  seen: Map<string, number>;
  askedSeen: number;
  /** Platforms' names of the groups that each person has spoken in. */
  groups: Map<string, Set<string>>;
  logs: (LogLine & { at: number })[];
  engine(): Engine;
  url(): string;
  account(person: string): Account;
  /** Lets happen what needs no time. */
  rest(): Promise<void>;
  /** Moves the time until no turn runs or waits and no reply is on its way. */
  settle(): Promise<void>;
  wait(ms: number): Promise<void>;
  /** Lets real time pass, for nodes with timers of their own. */
  pause(ms: number): Promise<void>;
  restart(): Promise<void>;
  /** Moves the time until a call to the bot has its answer. */
  until<T>(answer: Promise<T>): Promise<T>;
  foreignHosts(): string[];
  stop(): Promise<void>;
}

/** Variables that name the servers on which the bot keeps its data; none: they are in a file of its data folder. */
export type Servers = (dataFolder: string) => Record<string, string>;

/** @throws DragomanError for flows, nodes or accounts that are not as the scenario says */
export async function createWorld(scenario: Scenario, servers: Servers): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-scenario-'));
  const own = folderOf('data', PROJECT);
  const logs: World['logs'] = [];
  let host: Host | undefined;
  /** Calls of ours that wait for the time to move. */
  let waitingCalls = 0;
  let quiet: Quiet | undefined;
  const rest = () => quiet!.reached();
  const clock = virtualClock(instantOf(scenario.start, scenario.zone), rest);
  const standIns = await startStandIns(clock);
  const asked = watchStores(clock);
  quiet = watchProcess({
    held: () => standIns.held() + waitingCalls,
    foreignWork: () => host !== undefined && host.engine.lanes.running() > 0 && host.foreignWork(),
    giveUp: () => host?.giveUp(),
    asks: asked.waits,
  });
  let restoreEnvironment = () => {};

  async function close(): Promise<void> {
    await stopHost().catch(() => {});
    quiet?.close();
    await standIns.stop();
    restoreEnvironment();
    await rm(folder, { recursive: true, force: true });
  }

  /** What runs needs virtual time to end. */
  async function stopHost(): Promise<void> {
    if (!host) return;
    const { engine } = host;
    let stopped = false;
    const stopping = engine.stop().finally(() => (stopped = true));
    const end = clock.now() + DRAIN_MS;
    for (;;) {
      await Promise.race([stopping, rest()]);
      const due = clock.next();
      if (stopped || due === undefined || due > end) break;
      await Promise.race([stopping, clock.advance(due - clock.now())]);
    }
    await Promise.race([stopping, sleep(5_000)]);
    await host.stop();
    host = undefined;
    clock.clear();
  }

  try {
    const nodes = await loadFlows(scenario);
    const llm = scenario.llm && standIns.llmUrl;
    if (scenario.llm) standIns.behave(scenario.llm);
    const data = path.join(folder, DATA);
    const to = { data, platforms: standIns.platformsUrl, llm };
    restoreEnvironment = setEnvironment({ ...environmentFor(scenario, nodes, to), ...servers(data) });
    const start = async () => {
      host = await startHost({
        folder,
        own,
        nodes,
        clock,
        stores: asked.watch,
        log: (line) => void logs.push({ ...line, at: clock.now() }),
      });
      await looked(host.engine);
      await rest();
    };
    await start();
    const people = settlePeople(scenario, host!.engine, nodes, standIns.platformsUrl);

    const engine = () => host!.engine;
    const world: World = {
      scenario,
      clock,
      standIns,
      nodes,
      people,
      labels: new Map(),
      saidAt: new Map(),
      seen: new Map(),
      askedSeen: 0,
      groups: new Map(),
      logs,
      engine,
      url: () => host!.url,
      // Accounts are made anew with each start.
      account: (person) => engine().registry.account(people.get(person)!.accountId)!,
      rest,
      async settle() {
        const end = clock.now() + HORIZON_MS;
        for (;;) {
          await rest();
          const due = clock.next();
          if (due === undefined || due > end || !(await busyUntil(engine(), end))) return;
          await clock.advance(Math.max(0, due - clock.now()));
        }
      },
      wait: (ms) => clock.advance(ms).then(rest),
      async pause(ms) {
        await sleep(ms);
        await rest();
      },
      async restart() {
        await stopHost();
        await start();
      },
      async until(answer) {
        let answered = false;
        const ended = answer.finally(() => (answered = true));
        waitingCalls++;
        try {
          for (;;) {
            await Promise.race([ended, sleep(20)]);
            const due = clock.next();
            if (answered || due === undefined) return await answer;
            await clock.advance(Math.max(0, due - clock.now()));
          }
        } finally {
          waitingCalls--;
        }
      },
      foreignHosts: () => quiet!.foreignHosts().filter((name) => !scenario.mayCall.includes(name)),
      stop: close,
    };
    return world;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whether something runs now, or waits to go on before `end`. */
async function busyUntil({ lanes, store, registry }: Engine, end: number): Promise<boolean> {
  if (lanes.running() > 0) return true;
  const waiting = await store.lanes();
  if (
    waiting.some(
      ({ accountId, wakeAt }) => wakeAt <= end && registry.entry(accountId) && registry.account(accountId)?.enabled,
    )
  )
    return true;
  const outboxes = await store.outboxes();
  return outboxes.some(({ openSend, sendAt }) => openSend !== null || (sendAt !== null && sendAt <= end));
}

/** Resolves once the knowledge files are looked through, which takes real time: on a busy machine longer than a search waits. */
function looked({ knowledge }: Engine): Promise<void> {
  return new Promise((resolve) => {
    const state = { known: false, end: () => {} };
    state.end = knowledge.follow('', (base) => {
      if (!base) return;
      state.known = true;
      state.end();
      resolve();
    });
    if (state.known) state.end();
  });
}
