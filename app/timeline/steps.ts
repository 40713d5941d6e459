/** What happened in a turn's flow: its attempts with their steps. */
import { composeInstructions } from '../../core/answering/prompt.ts';
import { isObject } from '../../core/model/json.ts';
import type { Trace, TracedFailure, TraceStep, Turn } from '../../core/model.ts';
import type { Entry, NodeRef, Told } from './entries.ts';
import { versionOf } from './notes.ts';

export interface StepParts {
  /** How the editor knows a node. */
  node(id: string | undefined): NodeRef | undefined;
  /** The account's prompt as it is now; undefined where the account is gone. */
  prompt: Omit<Parameters<typeof composeInstructions>[0], 'language'> | undefined;
  /** Whether who looks may see what the model was asked. */
  manages: boolean;
}

/** @param traces of one turn, in the order of its attempts */
export function turnEntries(turn: Turn | null, traces: readonly Trace[], parts: StepParts): Entry[] {
  const entries: Entry[] = [];
  for (const [index, trace] of traces.entries()) {
    const { at, endedAt, end, steps } = trace;
    if (index > 0) entries.push({ at, code: 'attempt', tone: 'warn', values: { n: index + 1 } });
    for (const step of steps) entries.push(...stepEntries(step, at + step.after, parts));
    if (end.outcome === 'failed')
      entries.push({ at: endedAt, code: end.cut ? 'end.cut' : 'end.failed', tone: 'bad', detail: end.error });
    else if (end.outcome === 'silent') entries.push({ at: endedAt, code: 'end.silent', tone: 'warn' });
    else entries.push({ at: endedAt, code: `end.${end.outcome}`, tone: 'neutral', values: { tookMs: endedAt - at } });
  }
  if (!turn) return entries;
  if (traces.length === 0)
    for (const { at, gate, result, rule, reason, node } of turn.decisions)
      entries.push(...stepEntries({ kind: 'gate', after: 0, gate, result, rule, reason, node }, at, parts));
  const at = turn.finishedAt ?? traces.at(-1)?.endedAt ?? turn.startedAt;
  if (turn.state === 'dead') entries.push({ at, code: 'turn.dead', tone: 'bad', detail: turn.error });
  if (turn.state === 'waiting')
    entries.push({ at, code: 'turn.waits', tone: 'warn', values: { againAt: turn.retryAt ?? at }, detail: turn.error });
  if (turn.state === 'retried') entries.push({ at, code: 'turn.retried', tone: 'neutral' });
  return entries;
}

function stepEntries(step: TraceStep, at: number, parts: StepParts): Entry[] {
  const node = parts.node(step.node);
  switch (step.kind) {
    case 'gate':
      return [{ at, node, ...gateTold(step) }];
    case 'language':
      return [{ at, node, code: 'language', tone: 'neutral', values: { language: step.language } }];
    case 'masked':
      return [{ at, node, code: step.found.length ? 'masked' : 'masked.none', tone: 'neutral', masked: step.found }];
    case 'passages':
      return [passagesEntry(step, at, node)];
    case 'answer': {
      const failures = (step.failures ?? []).map((failure): Entry => ({ at, node, ...failureTold(failure) }));
      return [...failures, answerEntry(step, at, node, parts)];
    }
    case 'tool':
      return [{ at, node, ...toolTold(step), tool: { args: step.args, result: step.result } }];
    case 'status':
      return [
        {
          ...{
            at,
            node,
            code: step.afterwards ? `status.after.${step.by === 'button' ? 'words' : step.by}` : 'status',
            tone: 'info',
          },
          values: { status: step.status },
        },
      ];
    case 'error':
      return [{ at, node, code: step.caught ? 'error.caught' : 'error', tone: 'bad', detail: step.message }];
  }
}

type Of<Kind> = Extract<TraceStep, { kind: Kind }>;

export function gateTold({ gate, result, rule, reason, until }: Of<'gate'>): Told {
  const values = { gate, ...(until !== undefined && { untilAt: until }) };
  return result === 'pass'
    ? { code: 'gate.pass', tone: 'ok', values, rule }
    : { code: 'gate.block', tone: 'warn', values, rule, detail: reason };
}

export const failureTold = ({ name, code, message }: TracedFailure): Told => ({
  code: ENGINE_CODES.includes(code) ? `engine.${code}` : 'engine.failed',
  tone: 'warn',
  values: { name },
  error: { code, message },
});

/** Those that a page has words of its own for. */
const ENGINE_CODES = ['TIMED_OUT', 'PAUSED', 'NO_TIME', 'EMPTY', 'BUDGET'];

function passagesEntry({ base, found, error }: Of<'passages'>, at: number, node: NodeRef | undefined): Entry {
  const values = { base, n: found.length };
  if (error) return { at, node, code: 'passages.failed', tone: 'bad', values, error: { code: error, message: '' } };
  if (found.length === 0) return { at, node, code: 'passages.none', tone: 'warn', values };
  const passages = found.map(({ title, source, score }) => ({ title, source, score }));
  return { at, node, code: 'passages', tone: 'ok', values, passages };
}

function answerEntry(step: Of<'answer'>, at: number, node: NodeRef | undefined, parts: StepParts): Entry {
  const { source, took, asked, text } = step;
  const { kind, model = '', provider = '', usage } = source;
  const counted = usage && { input: usage.input, output: usage.output };
  return {
    ...{ at, node, code: `answer.${kind}`, tone: kind === 'llm' ? 'ok' : 'warn' },
    values: { model, provider, tookMs: took, ...counted, ...(usage?.cost !== undefined && { cost: usage.cost }) },
    ...(parts.manages && {
      ...(asked && { question: { ...asked, instructions: sameInstructions(asked, parts) } }),
      ...(text && { answer: text }),
    }),
  };
}

/** The instructions as the model had them; undefined where the account's prompt gives others by now. */
function sameInstructions({ version, made }: NonNullable<Of<'answer'>['asked']>, { prompt }: StepParts) {
  const text = prompt && composeInstructions({ ...prompt, ...made }).text;
  return text !== undefined && versionOf(text) === version ? text : undefined;
}

/** What a tool's result tells of itself; it may be cut, and then it was long, and no refusal. */
export function toolTold({ tool, result, took }: Of<'tool'>): Told {
  const values = { tool, tookMs: took };
  const told = parsed(result);
  if (typeof told?.error === 'string') return { code: 'tool.failed', tone: 'bad', values, detail: told.error };
  if (told?.status === 'confirmation needed') return { code: 'tool.asks', tone: 'info', values };
  if (told?.status === 'unknown') return { code: 'tool.unknown', tone: 'warn', values };
  return { code: 'tool', tone: 'ok', values };
}

function parsed(result: string) {
  try {
    const value: unknown = JSON.parse(result);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
