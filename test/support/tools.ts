/** The tool gate on a real store, with customers in it whose data can be compared. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withoutKeys } from '../../adapters/personal-data/mask-log.ts';
import { compileSchema } from '../../adapters/tools/schema.ts';
import { accept, add, sent } from '../../contracts/store/verbs.ts';
import type { Account } from '../../core/accounts.ts';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Contact, JsonObject } from '../../core/model.ts';
import type { Store, Tool, ToolContext } from '../../core/ports.ts';
import { withoutPhones } from '../../core/privacy/phone-values.ts';
import type { CallContext } from '../../core/tool-gate/context.ts';
import { createToolGate, type ToolGate } from '../../core/tool-gate/gate.ts';
import { type VirtualClock, virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';

const ACCOUNT = {
  id: 'shop',
  channel: { id: 'whatsapp', capabilities: {} },
  takeover: { cooldownMs: 300_000, ceilingMs: 3_600_000 },
  reopens: false,
  burst: false,
} as Account;

export interface Customer {
  contactId: string;
  conversationId: string;
  phone: string;
}

export interface ToolBench {
  store: Store;
  clock: VirtualClock;
  gate: ToolGate;
  /** A second gate on the same store: the process after a crash. */
  restarted(): ToolGate;
  /** Somebody writes for the first time. */
  customer(phone: string): Promise<Customer>;
  /** A turn of a customer's; `occasion` is the message that it answers. */
  turn(customer: Customer, more?: Partial<CallContext>): CallContext;
  call(name: string, args: JsonObject | string, context: CallContext, gate?: ToolGate): Promise<string>;
  /** The turn's reply is sent to the customer now. */
  /** @returns the message's id */
  reply(context: CallContext): Promise<string>;
  contact(customer: Customer): Promise<Contact>;
  warnings: string[];
  stop(): Promise<void>;
}

export async function toolBench(tools: Tool[]): Promise<ToolBench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-tools-'));
  const store = openStore(path.join(folder, 'test.db'));
  const clock = virtualClock();
  const warnings: string[] = [];
  const quiet = () => {};
  const noted = (line: string) => void warnings.push(line);
  const make = () =>
    createToolGate({
      store,
      clock,
      log: { debug: quiet, info: quiet, warn: noted, error: noted },
      find: (name) => tools.find((tool) => tool.name === name),
      compile: compileSchema,
      loggable: (error) => (error instanceof Error ? error.name : 'unknown'),
      handOver: async () => 'Goodbye.',
    });
  const gate = make();
  let calls = 0;

  return {
    store,
    clock,
    gate,
    restarted: make,
    warnings,
    async customer(phone) {
      const now = clock.now();
      const thread = {
        kind: 'private' as const,
        identities: [{ kind: 'phone', value: phone }],
        address: { to: `+${phone}` },
      };
      const [result] = await accept(
        store,
        [
          toIncoming(
            { kind: 'message', type: 'message.text', key: phone, text: 'hi', media: [], thread },
            ACCOUNT,
            now,
          ),
        ],
        now,
      );
      const conversationId = result!.conversationId!;
      const { contactId } = (await store.conversation(conversationId))!;
      return { contactId: contactId!, conversationId, phone: `+${phone}` };
    },
    turn({ contactId, conversationId, phone }, given = {}) {
      const id = newId(clock.now());
      return {
        allowed: tools.map(({ name }) => name),
        occasion: id,
        heardAt: clock.now(),
        begin: () => true,
        session: 's_test',
        phoneFrom: phone,
        vars: {},
        contactId,
        conversationId,
        accountId: 'shop',
        agentName: 'crm_ai',
        turnId: id,
        language: 'es',
        strip: (text) => withoutPhones(withoutKeys(text)),
        ...given,
      };
    },
    call: (name, args, context, at = gate) =>
      at.call(
        { id: `call_${++calls}`, name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
        context,
      ),
    async reply({ conversationId, turnId }) {
      const pass = () => ({ gate: 'gateway', result: 'pass' as const, rule: 'all', reason: '', at: 0 });
      const at = clock.now();
      // Nothing has begun since: what it says is in time.
      await store.run((records) => records.updateConversation(conversationId, { lastTurn: turnId }));
      const { message } = await add(
        store,
        {
          id: newId(at),
          conversationId,
          accountId: 'shop',
          turnId,
          slot: `${turnId}:out:0`,
          author: 'bot',
          purpose: 'reply',
          text: 'Shall I?',
          media: [],
          parts: [{ request: {}, state: 'queued' }],
          at,
        },
        pass,
      );
      await sent(store, message.id, `p-${message.id}`);
      return message.id;
    },
    contact: async ({ contactId }) => (await store.contact(contactId))!,
    async stop() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A tool that counts its runs and does what `run` says. */
export function countingTool(more: Partial<Tool> = {}, run: Tool['run'] = async () => ({ ok: true })) {
  const runs: { args: JsonObject; context: ToolContext }[] = [];
  const tool: Tool = {
    name: 'book',
    description: 'Books a table.',
    parameters: { type: 'object', properties: { day: { type: 'string' }, notes: { type: 'string' } } },
    sideEffect: true,
    async run(args, context) {
      runs.push({ args, context });
      return run(args, context);
    },
    ...more,
  };
  return { tool, runs };
}
