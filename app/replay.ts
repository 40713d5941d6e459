/** Answers a stored message once more, and tells what happened: the way to test an account with a real message. */
import type { Replay } from '../core/api.ts';
import { DragomanError } from '../core/errors.ts';
import { SLACK_MS, type TurnEnd } from '../core/turns/lanes.ts';
import { replayMessage } from '../core/turns/plans.ts';
import type { Engine } from './engine.ts';
import type { LiveTurn } from './turn.ts';

/**
 * Tells of the first attempt. What it sends is really sent.
 * @throws DragomanError NOT_FOUND for anything but a customer's message; ACCOUNT_MISSING, ACCOUNT_DISABLED where no flow would take it;
 * TURN_FAILED when no turn came of it in time.
 */
export async function replay(engine: Engine, messageId: string): Promise<Replay> {
  const { store, lanes, clock, registry } = engine;
  const message = await store.message(messageId);
  if (message?.direction !== 'in')
    throw new DragomanError(
      'NOT_FOUND',
      `There is no customer's message ${messageId}.`,
      'List them with "dragoman messages <conversation>".',
    );
  const account = registry.account(message.accountId);
  if (!account || !registry.entry(message.accountId))
    throw new DragomanError(
      'ACCOUNT_MISSING',
      `The flows have no account ${message.accountId} with a channel-in.`,
      'Deploy the flow that it came in through, then replay the message.',
    );
  if (!account.enabled)
    throw new DragomanError(
      'ACCOUNT_DISABLED',
      `Account "${account.name}" is switched off.`,
      'Switch it on in its config node.',
    );
  const ended = nextTurnOf(engine, messageId, message.turnId, account.timeoutMs + SLACK_MS);
  await store.run(replayMessage(messageId, clock.now()));
  lanes.wake(message.conversationId, message.accountId, clock.now());
  const { turnId, end } = await ended;
  const replies = await store.replies(turnId);
  return {
    turnId,
    outcome: end.kind === 'end' ? end.outcome : 'failed',
    decisions: end.decisions,
    replies: replies.map(({ id, text, state, source, error, nextTryAt }) => ({
      id,
      text,
      state,
      source,
      error,
      nextTryAt,
    })),
    error: end.kind === 'fail' ? end.error : undefined,
  };
}

/** @param known the turn that had the message before; it may be running still, and is not waited for. */
function nextTurnOf(
  { turns, clock }: Engine,
  messageId: string,
  known: string | null,
  limitMs: number,
): Promise<{ turnId: string; end: TurnEnd }> {
  return new Promise((resolve, reject) => {
    const stop = turns.onEnd(({ turn, messages }: LiveTurn, end) => {
      if (turn.id === known || !messages.some((taken) => taken.id === messageId)) return;
      cancel();
      stop();
      resolve({ turnId: turn.id, end });
    });
    const cancel = clock.at(clock.now() + limitMs, () => {
      stop();
      reject(
        new DragomanError(
          'TURN_FAILED',
          'The message was not processed in time.',
          'Look with "dragoman messages <conversation>" whether another turn of its conversation still runs.',
        ),
      );
    });
  });
}
