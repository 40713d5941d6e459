/** Tells the contact that an opt-out or opt-in was understood. */
import { textIn } from '../core/answering/texts.ts';
import type { Engine } from './engine.ts';
import { reply } from './reply.ts';
import type { LiveTurn } from './turn.ts';

/**
 * The word itself was recorded when the message arrived; here it is only confirmed, once.
 * @param own the node's words; empty: ours in the contact's language.
 * @returns what the turn's last such word changed; undefined where it has none.
 */
export async function confirmConsent(
  engine: Engine,
  live: LiveTurn,
  nodeId: string,
  own: { out: string; in: string },
): Promise<'out' | 'in' | undefined> {
  const change = live.messages.findLast((message) => message.consent)?.consent;
  if (!change) return undefined;
  const text = own[change]?.trim() || textIn(live.view.language, change === 'out' ? 'optedOut' : 'optedIn');
  await reply(engine, live, { nodeId }, { text }, 'confirmation');
  return change;
}
