/**
 * One gate in node-red-node-test-helper, as the ecosystem tests its nodes, beside our real engine: a message comes in as a webhook's bytes,
 * its turn starts at the gate, and what the gate decided is read back from the store. The helper knows neither plugins nor hooks, so the
 * account is made here, and the engine gets Node-RED's own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NodeAPI } from 'node-red';
import { vi } from 'vitest';
import { createEngine, type Engine } from '../../app/engine.ts';
import type { Entry } from '../../app/registry.ts';
import { openStores } from '../../app/stores.ts';
import type { TurnMessage } from '../../app/turn.ts';
import { telegram } from '../../channels/telegram/telegram.ts';
import type { Account } from '../../core/accounts.ts';
import type { Conversation, Decision, Turn } from '../../core/model.ts';
import { roleOf } from '../../core/role.ts';
import { setEngine } from '../../node-red/current.ts';
import { hostOf } from '../../node-red/host.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import type { Simulator } from '../../simulator/index.ts';
import type { FlowItem } from './harness.ts';

interface HelperNode {
  id: string;
  receive(msg: object): void;
  on(event: string, listener: (argument: never) => void): void;
  off(event: string, listener: (argument: never) => void): void;
  status: { lastCall: { args: [{ fill?: string; text?: string }] } };
}

interface Helper {
  load(register: unknown, flow: FlowItem[]): Promise<void>;
  unload(): Promise<void>;
  getNode(id: string): HelperNode;
}

const require = createRequire(import.meta.url);
const CUSTOMER = 7_100_200;

/** What a gate did with one turn. */
export interface Outcome {
  /** `null`: it sent nothing on. */
  output: 'pass' | 'blocked' | null;
  msg: TurnMessage;
  /** As stored when the turn had settled. */
  turn: Turn;
  /** The gate's own words, if it had any. */
  decision: Decision | undefined;
  /** Colour and catalogue key of the node's status. */
  /** `why`: the key of core's words behind the node's own. */
  status: { fill: string | undefined; key: string | undefined; why?: string };
}

export interface GateBench {
  engine: Engine;
  clock: ReturnType<typeof virtualClock>;
  /** Stands for the customer's platform. */
  simulator: Simulator;
  /** The customer says these texts, all before the turn starts; resolves when it has settled. */
  says(texts: string | string[], extra?: object): Promise<Outcome>;
  /** The customer's conversation; there is one after the first `says`. */
  conversation(): Promise<Conversation>;
  change(change: Partial<Conversation>): Promise<void>;
  /** What the customer was sent, oldest first. */
  sent(): (string | undefined)[];
  /** Hands the gate a message of no turn; resolves with the error it shows. */
  refuses(msg: object): Promise<string>;
  stop(): Promise<void>;
}

/**
 * @param register the gate's module
 * @param type without `dragoman-`
 * @param config the node's own properties
 */
export async function gateBench(
  register: (RED: NodeAPI) => void,
  type: string,
  config: Record<string, unknown> = {},
): Promise<GateBench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-gate-'));
  const clock = virtualClock();
  const { log, events, hooks } = require('node-red') as Record<string, unknown>;
  vi.stubEnv('DRAGOMAN_KNOWLEDGE', folder);
  const settings = { userDir: folder, dragoman: { clock } };
  const host = hostOf({ log, events, hooks, settings } as unknown as NodeAPI, folder);
  const about = { duties: roleOf({}), version: () => '0', secret: undefined };
  const stores = await openStores({ dataFolder: host.dataFolder, clock, log: host.log, ...about });
  const engine = createEngine(host, folder, stores);
  setEngine(engine);
  const simulator = await engine.simulator!.ready;

  const helper = require('node-red-node-test-helper') as Helper;
  await helper.load(register, [
    { id: 'gate', type: `dragoman-${type}`, wires: [['pass'], ['blocked']], ...config },
    { id: 'pass', type: 'helper', wires: [] },
    { id: 'blocked', type: 'helper', wires: [] },
  ]);
  const gate = helper.getNode('gate');

  const account = telegramAccount(engine.simulator!.base());
  let extra: object = {};
  engine.registry.addAccount(account);
  const entry: Entry = { nodeId: 'entry', send: (msg) => gate.receive(Object.assign(msg, extra)) };

  async function tell(text: string) {
    const { body, headers } = simulator.webhook('telegram', { kind: 'text', customer: { id: CUSTOMER }, text });
    const bytes = new TextEncoder().encode(body);
    await engine.receive(account, { method: 'POST', path: '/', query: {}, headers, body: bytes });
  }

  async function conversation(): Promise<Conversation> {
    const [newest] = await engine.store.conversations({ limit: 1 });
    return (await engine.store.conversation(newest!.id))!;
  }

  return {
    engine,
    clock,
    simulator,
    async says(texts, more = {}) {
      extra = more;
      const seen: { output: 'pass' | 'blocked'; msg: TurnMessage }[] = [];
      const listeners = (['pass', 'blocked'] as const).map((output) => {
        const listen = (msg: TurnMessage) => void seen.push({ output, msg });
        helper.getNode(output).on('input', listen);
        return () => helper.getNode(output).off('input', listen);
      });
      const ended = Promise.withResolvers<string>();
      const forget = engine.turns.onEnd(({ turn }) => ended.resolve(turn.id));
      // All of it is there before the turn begins.
      for (const text of [texts].flat()) await tell(text);
      engine.registry.addEntry(account.id, entry);
      await engine.lanes.sweep();
      const id = await ended.promise;
      forget();
      engine.registry.removeEntry(account.id, entry);
      for (const stop of listeners) stop();
      while (engine.lanes.running() > 0) await clock.advance(0);
      await engine.gateway.idle();
      const turn = (await engine.store.turn(id))!;
      const [{ fill, text }] = gate.status.lastCall.args;
      // Without a plugin's catalogue words are their keys: `rate-limit.status.blocked: rule.rate`.
      const [own, why] = String(text ?? '').split(': ');
      if (seen.length > 1) throw new Error(`The gate sent ${seen.length} messages.`);
      return {
        output: seen[0]?.output ?? null,
        msg: seen[0]?.msg ?? {},
        turn,
        decision: turn.decisions.find((decision) => decision.gate === type),
        status: { fill, key: own?.split('.').at(-1), ...(why && { why: why.split(':').at(-1) }) },
      };
    },
    conversation,
    async change(change) {
      await engine.store.changeConversation((await conversation()).id, () => change);
    },
    sent: () => simulator.calls({ send: true, thread: String(CUSTOMER) }).map((call) => call.text),
    async refuses(msg) {
      const shown = Promise.withResolvers<string>();
      gate.on('call:error', (call: { args: [unknown] }) => shown.resolve(String(call.args[0])));
      gate.receive(msg);
      return shown.promise;
    },
    async stop() {
      await helper.unload();
      setEngine(undefined);
      await engine.stop();
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function telegramAccount(standIn: string): Account {
  return {
    id: 'account',
    name: 'Test',
    channel: telegram,
    settings: { account: 'account', botToken: '', secretToken: '', apiBase: `${standIn}/telegram` },
    enabled: true,
    simulated: true,
    language: 'en',
    timezone: 'UTC',
    prompt: { manual: '', facts: { business: '', hours: '', tone: '', links: '' } },
    envPrefix: '',
    staticTexts: {},
    suggestions: [],
    takeover: { cooldownMs: 300_000, ceilingMs: 3_600_000 },
    handBackText: '',
    autoReply: true,
    inline: false,
    queue: 'default',
    timeoutMs: 180_000,
    timeoutChosen: false,
    reopens: false,
    burst: false,
    dailyLimit: 0,
  };
}
