/** What became of a turn and why, in a sentence, with what led to it: for who looks once. */
import type { Message, Trace, TraceStep, Turn, WebhookRecord } from '../../core/model.ts';
import type { NodeRef, Told } from './entries.ts';
import { stateTold } from './sends.ts';
import { failureTold, toolTold } from './steps.ts';

export interface WhyParts {
  node(id: string | undefined): NodeRef | undefined;
  /** What the turn said, in order. */
  replies: readonly Message[];
  traces: readonly Trace[];
  calls: readonly WebhookRecord[];
}

type Of<Kind> = Extract<TraceStep, { kind: Kind }>;

const FINE: readonly (Message['state'] | undefined)[] = ['sent', 'delivered', 'read'];

/** The first tells what became of it, the others what led to it. */
export function whyOf(turn: Turn, parts: WhyParts): Told[] {
  const { replies, traces } = parts;
  const steps = traces.at(-1)?.steps ?? [];
  const main = mainOf(turn, parts, steps);
  const causes: Told[] = [];
  const answer = last(steps, 'answer');
  if (answer)
    causes.push(...(answer.failures ?? []).map((one) => ({ ...failureTold(one), node: parts.node(answer.node) })));
  for (const step of steps) {
    const node = parts.node(step.node);
    if (step.kind === 'passages' && (step.error || step.found.length === 0))
      causes.push({
        code: step.error ? 'passages.failed' : 'passages.none',
        tone: 'warn',
        values: { base: step.base },
        ...(step.error && { error: { code: step.error, message: '' } }),
        node,
      });
    if (step.kind === 'tool' && toolTold(step).code !== 'tool') causes.push({ ...toolTold(step), node });
    // What failed at the send, or failed the turn, is said already.
    if (step.kind === 'error' && !(main.tone === 'bad' && isSaid(step.message, main, replies)))
      causes.push({ code: step.caught ? 'error.caught' : 'error', tone: 'bad', detail: step.message, node });
  }
  // A held reply beside one that went out, and tries that a later one made good.
  for (const reply of replies) {
    const held = reply.state === 'discarded' && stateTold(reply);
    if (held && main.code !== held.code) causes.push(held);
    const again = FINE.includes(reply.state) && reply.course?.findLast(({ state, code }) => state === 'queued' && code);
    if (again)
      causes.push({ code: 'send.again', tone: 'warn', error: { code: again.code!, message: again.message ?? '' } });
  }
  if (traces.some(({ end }) => end.cut)) causes.push({ code: 'end.cut', tone: 'warn' });
  else if (traces.length > 1 && turn.state === 'done') {
    const failed = traces.find(({ end }) => end.outcome === 'failed');
    if (failed) causes.push({ code: 'attempt.failed', tone: 'warn', detail: failed.end.error });
  }
  const again = parts.calls.reduce((sum, { duplicates = 0 }) => sum + duplicates, 0);
  if (again > 0) causes.push({ code: 'call.again', tone: 'info', values: { n: again } });
  return [main, ...unlike(causes, main)];
}

const isSaid = (message: string, { detail = '' }: Told, replies: readonly Message[]): boolean =>
  detail.endsWith(message) || (message.includes('SEND_FAILED: ') && replies.some(({ error }) => error !== undefined));

function mainOf(turn: Turn, { node, replies, traces }: WhyParts, steps: readonly TraceStep[]): Told {
  if (turn.state === 'running') return { code: 'why.running', tone: 'info' };
  if (turn.state === 'waiting')
    return { code: 'why.again', tone: 'warn', values: { againAt: turn.retryAt ?? 0 }, detail: turn.error };
  if (turn.state === 'retried') return { code: 'why.retried', tone: 'neutral' };
  const bad =
    replies.find(({ state }) => state === 'failed' || state === 'unknown') ??
    replies.find(({ state }) => state === 'queued' || state === 'sending' || state === 'draft');
  if (bad) return worst(bad, node);
  const said = replies.filter(({ state }) => FINE.includes(state));
  if (turn.state === 'dead') {
    const error = last(traces.at(-1)?.steps ?? [], 'error');
    return { code: 'why.failed', tone: 'bad', detail: turn.error, node: node(error?.node) };
  }
  if (said.length > 0) return answeredTold(said.at(-1)!, steps);
  const held = replies.at(-1);
  if (held) return { ...stateTold(held), node: node(held.slot?.split(':')[1]) };
  const block = steps.findLast((step): step is Of<'gate'> => step.kind === 'gate' && step.result === 'block');
  const decided = block ?? turn.decisions.findLast(({ result }) => result === 'block');
  if (decided && turn.outcome === 'blocked') {
    const values = { gate: decided.gate, ...(decided.until !== undefined && { untilAt: decided.until }) };
    return {
      code: 'why.blocked',
      tone: 'warn',
      rule: decided.rule,
      detail: decided.reason,
      values,
      node: node(decided.node),
    };
  }
  const asked = last(steps, 'status');
  if (asked) return { code: 'why.status', tone: 'info', values: { status: asked.status }, node: node(asked.node) };
  return { code: 'why.silent', tone: 'warn' };
}

function worst(reply: Message, node: WhyParts['node']): Told {
  const { state, error, nextTryAt } = reply;
  const place = node(reply.slot?.split(':')[1]);
  if (state === 'queued' && error)
    return { code: 'why.send.again', tone: 'warn', error, values: { againAt: nextTryAt ?? reply.at }, node: place };
  const told = stateTold(reply);
  if (told.code.startsWith('send.held')) return { ...told, node: place };
  return { ...told, code: `why.${told.code}`, node: place };
}

function answeredTold({ source, author, state }: Message, steps: readonly TraceStep[]): Told {
  const kind = author === 'system' ? 'system' : (source?.kind ?? 'flow');
  const { model = '', provider = '' } = source ?? {};
  const handedOver = steps.some((step) => step.kind === 'status' && step.by !== 'flow');
  if (handedOver) return { code: 'why.handed', tone: 'info' };
  return {
    code: `why.answered.${kind}`,
    tone: kind === 'static' || kind === 'fallback-llm' ? 'warn' : 'ok',
    values: { model, provider, state: state ?? '' },
  };
}

const last = <Kind extends TraceStep['kind']>(steps: readonly TraceStep[], kind: Kind): Of<Kind> | undefined =>
  steps.findLast((step): step is Of<Kind> => step.kind === kind);

/** Each once, and none that says what the main one says. */
function unlike(causes: readonly Told[], main: Told): Told[] {
  const seen = new Set([key(main)]);
  return causes.filter((one) => !seen.has(key(one)) && seen.add(key(one)));
}

const key = ({ code, rule, detail, error, values }: Told) =>
  JSON.stringify([code.replace(/^why\./, ''), rule, detail, error?.code, values?.name, values?.tool]);
