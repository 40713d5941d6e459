/**
 * A trace of each turn, for who collects them. Its id is the turn's own, so that a turn is found by what the log and the pages call it. Nobody's
 * words are in it: ids, names of accounts and models, rules, and times.
 */
import type { Message } from '../core/model.ts';
import type { Clock, Span, SpanSink } from '../core/ports.ts';
import type { TurnEnd } from '../core/turns/lanes.ts';
import { spentBy } from './figures/feed.ts';
import type { LiveTurn } from './turn.ts';

export interface TraceParts {
  traces: SpanSink;
  clock: Pick<Clock, 'now'>;
  /** A turn that runs, or ended a short while ago. */
  known(turnId: string): { attempt: number; account: string } | undefined;
  newSpanId(): string;
  /** Takes personal data out of what a failure says. */
  mask(text: string): string;
}

export interface Tracing {
  turnEnded(live: LiveTurn, end: TurnEnd): void;
  /** A message's try ended. */
  tried(message: Message): void;
}

export function createTracing({ traces, clock, known, newSpanId, mask }: TraceParts): Tracing {
  return {
    turnEnded(live, end) {
      const { view, account, conversation, messages, begunAt, asked } = live;
      const ids = { traceId: traceOf(view.id), parentSpanId: spanOf(view.id, view.attempt) };
      const came = Math.min(begunAt, ...messages.map(({ at }) => at));
      const span = (part: Pick<Span, 'name' | 'kind' | 'from' | 'until' | 'attributes'>): Span => ({
        ...{ ...ids, spanId: newSpanId(), ...part },
      });
      const root: Span = {
        ...{ traceId: ids.traceId, spanId: ids.parentSpanId, name: 'turn', kind: 'consumer' },
        ...{ from: came, until: clock.now() },
        attributes: {
          'dragoman.account': account.name,
          'dragoman.channel': account.channel.id,
          'dragoman.conversation': conversation.id,
          'dragoman.turn': view.id,
          'dragoman.attempt': view.attempt,
          'dragoman.messages': messages.length,
          'dragoman.outcome': end.kind === 'end' ? end.outcome : 'failed',
          'dragoman.source': live.source?.kind,
        },
        events: end.decisions.map(({ gate, result, rule, at }) => ({
          ...{ name: `${gate}: ${result}`, at },
          attributes: { 'dragoman.gate': gate, 'dragoman.result': result, 'dragoman.rule': rule },
        })),
        ...(end.kind === 'fail' && { error: mask(end.error) }),
      };
      const wait = { name: 'wait', kind: 'internal', from: came, until: begunAt, attributes: {} } as const;
      traces.add(root, ...(came < begunAt ? [span(wait)] : []), ...(asked ? [span(answer(live, asked))] : []));
    },
    tried({ id, turnId, accountId, at, state, purpose, tries, error }) {
      if (!turnId) return;
      const turn = known(turnId);
      traces.add({
        traceId: traceOf(turnId),
        spanId: newSpanId(),
        // One that is tried again long after its turn stands with the first attempt.
        parentSpanId: spanOf(turnId, turn?.attempt ?? 1),
        ...{ name: 'send', kind: 'client', from: at, until: clock.now() },
        attributes: {
          'dragoman.message': id,
          'dragoman.account': turn?.account ?? accountId,
          'dragoman.state': state,
          'dragoman.purpose': purpose,
          'dragoman.tries': tries,
        },
        ...((state === 'failed' || state === 'unknown') && { error: error?.code ?? state }),
      });
    },
  };
}

/** In the words of OpenTelemetry for generative AI. */
function answer(live: LiveTurn, { from, until }: NonNullable<LiveTurn['asked']>) {
  const { provider, model, usage } = spentBy(live) ?? {};
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    'gen_ai.usage.input_tokens': usage?.input,
    'gen_ai.usage.output_tokens': usage?.output,
    'dragoman.source': live.source?.kind,
    'dragoman.cost': usage?.cost,
    'dragoman.passages': live.view.passages.length,
    'dragoman.tools': live.source?.tools,
  };
  return { name: model ? `chat ${model}` : 'answer', kind: 'client' as const, from, until, attributes };
}

const traceOf = (turnId: string) => turnId.replaceAll('-', '');

/** The same for all who speak of this attempt. */
const spanOf = (turnId: string, attempt: number) =>
  traceOf(turnId).slice(16, 30) + (attempt % 256).toString(16).padStart(2, '0');
