/** The tools of this process, their one gate, and what the llm node needs of them for one turn. */
import path from 'node:path';
import { DragomanError, describe } from '../../core/errors.ts';
import type { AnswerRequest, Clock, Logger, Outgoing, PersonalData, Store, ToolPlugin } from '../../core/ports.ts';
import { REMOVED, withoutPhones } from '../../core/privacy/phone-values.ts';
import { resolveFor, SETTINGS, setting } from '../../core/settings.ts';
import type { Cleaning } from '../../core/tool-gate/arguments.ts';
import type { CallContext } from '../../core/tool-gate/context.ts';
import { createToolGate, type ToolGate, type ToolGateOptions } from '../../core/tool-gate/gate.ts';
import { failure } from '../../core/tool-gate/run.ts';
import type { Masking } from '../masking.ts';
import type { Notifier } from '../notices.ts';
import type { LiveTurn } from '../turn.ts';
import type { Turns } from '../turns.ts';
import { createFlowCalls, type FlowCalls } from './flow-calls.ts';
import { createToolbox, type Toolbox, type ToolboxOptions } from './toolbox.ts';

/** Calls of one answer, all rounds together. */
const MAX_CALLS = 24;

export interface Tools {
  box: Toolbox;
  gate: ToolGate;
  flows: FlowCalls;
  /**
   * What a provider is given for a turn's answer.
   * @param names the tools that the model may call; none: `{}`.
   */
  forTurn(live: LiveTurn, names: readonly string[]): Promise<Pick<AnswerRequest, 'tools' | 'callTool'>>;
}

export interface ToolsOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  turns: Pick<Turns, 'of' | 'running'>;
  notices: Notifier;
  masking: Pick<Masking, 'of'>;
  /** A model asks for a person. @returns what to say to the customer */
  handOver(live: LiveTurn, reason: string): Promise<Outgoing>;
  /** Root of this package. */
  project: string;
  dataFolder: string;
  /** What plugins offer now. */
  plugins(): ToolPlugin[];
  compile: ToolGateOptions['compile'];
  /** A line without anything personal. */
  maskLine(line: string): string;
  /** A text without what has the shape of a key or a password. */
  withoutKeys(text: string): string;
  personalData(): Promise<PersonalData>;
  toolsIn: ToolboxOptions['toolsIn'];
}

export function createTools(options: ToolsOptions): Tools {
  const { store, clock, log, turns, notices, masking, project, dataFolder, plugins, handOver } = options;
  const noting: Store = {
    ...store,
    async addLead(lead) {
      await store.addLead(lead);
      notices.wake();
    },
  };
  const gate = createToolGate({
    store: noting,
    clock,
    log,
    find: (name) => box.find(name),
    compile: options.compile,
    loggable: (error) => options.maskLine(describe(error)),
    async handOver(turnId, reason) {
      const live = turns.running(turnId);
      if (!live) throw new DragomanError('TOOL_FAILED', 'The turn is over.', 'A person must look at the conversation.');
      return (await handOver(live, reason)).text;
    },
  });
  const box = createToolbox({
    shipped: path.join(project, 'dist/tools'),
    own: path.resolve(setting('tools') || path.join(dataFolder, 'tools')),
    plugins,
    check: gate.check,
    toolsIn: options.toolsIn,
    log,
  });

  /** What the model wrote with our tokens means the customer's own words; phones in it go, the customer's as well, and keys. */
  async function cleaningFor(live: LiveTurn): Promise<Cleaning> {
    const [mask, data] = await Promise.all([masking.of(live), options.personalData()]);
    const { countries } = data.hintsOf(live.contact, live.account);
    return {
      restore: mask.restore,
      strip(given) {
        const text = options.withoutKeys(given);
        const found = data.detect(text, { countries, names: [], ids: [] }).filter(({ kind }) => kind === 'PHONE');
        let left = '';
        let from = 0;
        for (const { start, end } of found) {
          left += text.slice(from, start) + REMOVED;
          from = end;
        }
        return withoutPhones(left + text.slice(from));
      },
    };
  }

  return {
    box,
    gate,
    flows: createFlowCalls(turns),
    async forTurn(live, names) {
      if (names.length === 0) return {};
      await box.ready;
      const context = { ...contextOf(live, names), ...(await cleaningFor(live)) };
      const tools = await gate.schemas(context);
      if (tools.length === 0) return {};
      let calls = 0;
      return {
        tools,
        callTool: async (call) => {
          const tool = live.rehearsal && box.find(call.name);
          if (tool && (tool.sideEffect || tool.confirm)) return failure('Not done: this answer is a rehearsal.');
          return ++calls > MAX_CALLS ? failure('Too many calls for one answer.') : gate.call(call, context);
        },
      };
    },
  };
}

/** Who asks, by the store: nothing of it comes from the flow's message. */
function contextOf(live: LiveTurn, allowed: readonly string[]): Omit<CallContext, keyof Cleaning> {
  const { turn, conversation, contact, account, messages, view } = live;
  const phones = (contact?.identities ?? []).filter(({ kind }) => kind === 'phone');
  const phone = (phones.find(({ accountId }) => accountId === account.id) ?? phones[0])?.value;
  return {
    allowed,
    occasion: turn.messageIds[0] ?? turn.id,
    heardAt: Math.max(0, ...messages.map(({ at }) => at)),
    begin() {
      if (live.stop.signal.aborted) return false;
      live.acted = true;
      return true;
    },
    ...(account.channel.spoken && { aloud: messages.map(({ text }) => text).join(' ') }),
    session: conversation.session,
    phoneFrom: phone && `+${phone.replace(/\D/g, '')}`,
    contactId: conversation.contactId,
    conversationId: conversation.id,
    accountId: account.id,
    agentName: resolveFor(SETTINGS.agentName, process.env, undefined, account.envPrefix).value,
    turnId: turn.id,
    language: view.language,
    vars: view.vars,
  };
}
