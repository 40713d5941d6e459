/**
 * The one gate in front of all tools. A model may call what its node allows, with arguments of the tool's schema and no phone in them;
 * who asks is told by the store. Side effects are journalled before and after, so that a crash or a repeated turn does not run them twice,
 * and run only after the customer agreed where the tool wants that. Whatever happens, the model gets one short text.
 */
import { createHash } from 'node:crypto';
import { DragomanError } from '../errors.ts';
import { isObject } from '../model/json.ts';
import type { Json, JsonObject, ToolRun } from '../model.ts';
import type { Clock, CustomerRecords, Logger, Store, Tool, ToolCall, ToolJournal, ToolSchema } from '../ports.ts';
import { hasLeft } from '../sending/send-state.ts';
import { agreementOf } from '../spoken/agreement.ts';
import { ArgumentsError, canonical, cleanArguments, forbiddenProperty, parseArguments } from './arguments.ts';
import type { CallContext } from './context.ts';
import { createToolRunner, failure } from './run.ts';

/** Tools at work in the process at once. */
const MAX_RUNNING = 64;
/** How long a question to the customer holds. */
const CONFIRM_MS = 30 * 60_000;

/** A compiled schema: what is wrong with the arguments, in words without any of their values; null when nothing is. */
export type Check = (args: JsonObject) => string | null;

export interface ToolGateOptions {
  store: ToolJournal & CustomerRecords & Pick<Store, 'replies'>;
  clock: Clock;
  log: Logger;
  /** The tool of a name that is there now. */
  find(name: string): Tool | undefined;
  /** @throws for a schema that cannot be used. */
  compile(schema: JsonObject): Check;
  /** An error of a tool as a line for the log, without secrets and customers' words. */
  loggable(error: unknown): string;
  /** See `ToolContext`. */
  handOver(turnId: string, reason: string): Promise<string>;
}

export interface ToolGate {
  /** What the model is shown: the allowed tools that are there, without any identity, in the order of the list. */
  schemas(context: CallContext): Promise<ToolSchema[]>;
  /** Runs one call, or says why not. Never rejects. */
  call(call: ToolCall, context: CallContext): Promise<string>;
  /** @throws DragomanError TOOL_INVALID for a tool that can never be called. */
  check(tool: Tool): void;
}

const ASK = `Not done yet: the customer must agree first. Tell them exactly what will be done and ask. If their next message agrees, call this tool again with the same arguments.`;
const UNKNOWN = `Whether this was done is not known. Do not call it again: tell the customer that a person will check.`;

export function createToolGate(options: ToolGateOptions): ToolGate {
  const { store, clock, log, find } = options;
  const checks = new WeakMap<Tool, Check>();
  /** Side effects at work in this process, so that two equal calls of one answer are one. */
  const atWork = new Map<string, Promise<string>>();
  const runner = createToolRunner({ ...options, records: store });

  function checkOf(tool: Tool): Check {
    const known = checks.get(tool);
    if (known) return known;
    const made = options.compile(closed(tool.parameters));
    checks.set(tool, made);
    return made;
  }

  async function answer(call: ToolCall, context: CallContext): Promise<string> {
    const tool = context.allowed.includes(call.name) ? find(call.name) : undefined;
    if (!tool) return failure('There is no such tool.');
    const args = cleanArguments(
      parseArguments(call.arguments),
      context,
      markedIn(tool.parameters, 'x-exact'),
      markedIn(tool.parameters, 'x-note'),
    );
    const wrong = checkOf(tool)(args);
    if (wrong) return failure(`The arguments do not fit: ${wrong}`);
    if (runner.running() >= MAX_RUNNING) return failure('Too many tools are at work. Try again later.');
    if (!tool.sideEffect && !tool.confirm) return plainRun(tool, args, context);

    const id = keyOf(context.occasion, tool.name, tool.oncePerTurn ? '' : canonical(args));
    const same = atWork.get(id);
    if (same) return same;
    const work = effect(id, tool, args, context).finally(() => atWork.delete(id));
    atWork.set(id, work);
    return work;
  }

  /** It may be repeated; so it is written down only where people want to know all that was done, and then when it is over. */
  async function plainRun(tool: Tool, args: JsonObject, context: CallContext): Promise<string> {
    const key = keyOf(context.occasion, tool.name, canonical(args));
    const at = clock.now();
    const end = await runner.run(tool, args, key, context);
    const result = end.kind === 'done' ? end.result : end.message;
    if (context.aloud !== undefined) {
      const run = newRun(key, tool, args, context, end.kind === 'done' ? 'done' : 'failed');
      await store
        .changeToolRun(key, () => ({ ...run, at, result, endedAt: clock.now() }))
        .catch((error) => log.warn(`A call of "${tool.name}" was not written down: ${options.loggable(error)}`));
    }
    return result;
  }

  /** One side effect: journalled, run, journalled. */
  async function effect(id: string, tool: Tool, args: JsonObject, context: CallContext): Promise<string> {
    if (tool.confirm && !(await store.toolRun(id)) && !(await agreed(tool, args, context)))
      return JSON.stringify({ status: 'confirmation needed', message: ASK });
    if (!context.begin()) return failure('The customer went on speaking: nothing was done.');

    let before: ToolRun | null = null;
    await store.changeToolRun(id, (run) => {
      before = run;
      if (run && !mayRunAgain(run, tool)) return run.state === 'started' ? { ...run, state: 'unknown' } : null;
      return newRun(id, tool, args, context, 'started');
    });
    const found = before as ToolRun | null;
    if (found?.state === 'done') return found.result ?? '';
    if (found && !mayRunAgain(found, tool)) return unknown(id, tool, 'an earlier run was cut off');

    const end = await runner.run(tool, args, id, context, (late) => settle(id, 'done', late));
    if (end.kind === 'done') {
      await settle(id, 'done', end.result);
      return end.result;
    }
    await settle(id, end.kind, end.message);
    return end.kind === 'failed' ? end.message : unknown(id, tool, 'it gave no clear answer');
  }

  function unknown(id: string, tool: Tool, why: string): string {
    log.warn(`Whether the tool "${tool.name}" did its work is not known (${why}); a person must check run ${id}.`);
    return JSON.stringify({ status: 'unknown', message: UNKNOWN });
  }

  /** What was done stays done when the journal cannot be written: the row then says `started`, and a person is asked. */
  async function settle(id: string, state: 'done' | 'failed' | 'unknown', result: string): Promise<void> {
    try {
      await store.changeToolRun(id, (run) => (run ? { ...run, state, result, endedAt: clock.now() } : null));
    } catch (error) {
      log.error(`The end of tool run ${id} (${state}) could not be stored: ${options.loggable(error)}`);
    }
  }

  /** Whether the customer agreed to exactly this, in words that came after our question; else the question is noted. */
  async function agreed(tool: Tool, args: JsonObject, context: CallContext): Promise<boolean> {
    const id = questionOf(tool.name, context);
    const asked = await store.toolRun(id);
    const same = asked !== null && canonical(asked.args) === canonical(args);
    if (same && asked.state === 'confirmed' && asked.occasion === context.occasion) return true;
    const yes = same && isYes(context) && (await isOpen(asked, context)) && (await heardSince(asked, context));
    await store.changeToolRun(id, () => newRun(id, tool, args, context, yes ? 'confirmed' : 'asked'));
    return yes;
  }

  const isYes = ({ aloud, language }: CallContext) => aloud === undefined || agreementOf(aloud, language) === 'yes';

  async function isOpen(asked: ToolRun, { occasion }: CallContext): Promise<boolean> {
    return asked.state === 'asked' && asked.occasion !== occasion && clock.now() - asked.at <= CONFIRM_MS;
  }

  /** The reply that asked left us, and the customer wrote after it. */
  async function heardSince(asked: ToolRun, { heardAt }: CallContext): Promise<boolean> {
    const replies = (await store.replies(asked.turnId)).filter(hasLeft);
    return replies.length > 0 && replies.every(({ at, unheard }) => at < heardAt && !unheard);
  }

  function newRun(id: string, tool: Tool, args: JsonObject, context: CallContext, state: ToolRun['state']): ToolRun {
    const { conversationId, accountId, occasion, turnId } = context;
    const at = clock.now();
    return {
      id,
      conversationId,
      accountId,
      occasion,
      turnId,
      tool: tool.name,
      args,
      state,
      result: undefined,
      at,
      endedAt: undefined,
    };
  }

  return {
    async schemas(context) {
      const tools = [...new Set(context.allowed)].map(find).filter((tool) => tool !== undefined);
      return Promise.all(tools.map((tool) => shown(tool, context)));
    },
    async call(call, context) {
      try {
        return await answer(call, context);
      } catch (error) {
        if (error instanceof ArgumentsError) return failure(error.message);
        log.error(`A tool call of turn ${context.turnId} failed: ${options.loggable(error)}`);
        return failure('The tool cannot be used now.');
      }
    },
    check(tool) {
      const wrong = faultOf(tool);
      if (wrong) throw invalid(tool.name, wrong);
      try {
        checkOf(tool);
      } catch (error) {
        throw invalid(
          tool.name,
          `its schema cannot be used (${error instanceof Error ? error.message : 'unreadable'})`,
        );
      }
    },
  };

  /** The next turn's model does not see this one's calls, so what waits for the customer's yes is told with the tool. */
  async function shown({ name, description, parameters, confirm }: Tool, context: CallContext): Promise<ToolSchema> {
    const schema = { name, description, parameters: closed(parameters) };
    const asked = confirm ? await store.toolRun(questionOf(name, context)) : null;
    if (!asked || !(await isOpen(asked, context))) return schema;
    const waiting = `The customer was asked to agree to these arguments: ${canonical(asked.args)}`;
    return { ...schema, description: `${description}\n${waiting}` };
  }
}

const keyOf = (...parts: string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
const questionOf = (tool: string, { conversationId }: CallContext) => keyOf('asked', conversationId, tool);

/** A run that ended badly but clearly, or one whose backend tells the repetition by its key. */
const mayRunAgain = ({ state }: ToolRun, tool: Tool) =>
  state === 'failed' || (state !== 'done' && tool.idempotent === true);

/** Our own words in a schema: this long number is no phone; this text is for people of the business, with the numbers that the customer gave. */
const OURS = ['x-exact', 'x-note'] as const;

const markedIn = ({ properties }: JsonObject, word: (typeof OURS)[number]): Set<string> =>
  new Set(
    Object.entries(isObject(properties) ? properties : {}).flatMap(([name, of]) =>
      isObject(of) && of[word] === true ? [name] : [],
    ),
  );

/** Nothing but what the schema names, unless it says otherwise itself; without our own words. */
function closed({ $schema: _, properties, ...schema }: JsonObject): JsonObject {
  const open = 'additionalProperties' in schema || 'unevaluatedProperties' in schema || 'allOf' in schema;
  const shown = isObject(properties) ? Object.entries(properties).map(([name, of]) => [name, withoutOurs(of)]) : [];
  return { ...schema, properties: Object.fromEntries(shown), ...(open ? {} : { additionalProperties: false }) };
}

function withoutOurs(schema: Json): Json {
  if (!isObject(schema)) return schema;
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !(OURS as readonly string[]).includes(key)));
}

function faultOf({ name, description, parameters, run }: Tool): string | undefined {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) return 'its name must be 1 to 64 letters, digits, "_" or "-"';
  if (typeof description !== 'string' || !description.trim()) return 'it has no description';
  if (!isObject(parameters) || parameters.type !== 'object')
    return 'its parameters must be a JSON Schema of type "object"';
  if (typeof run !== 'function') return 'it has nothing to run';
  const property = forbiddenProperty(parameters);
  return property && `its parameter "${property}" would be a phone, which only the context tells`;
}

const invalid = (name: string, wrong: string) =>
  new DragomanError(
    'TOOL_INVALID',
    `The tool "${name}" cannot be used: ${wrong}.`,
    'Correct it, then deploy or restart.',
  );
