/** What a knowledge base says about a question. */

import type { Passage } from '../core/model.ts';
import { withoutTokens } from '../core/privacy/masking.ts';
import type { Engine } from './engine.ts';
import type { LiveTurn } from './turn.ts';

/**
 * The customer's own words are looked for here: people and shops are called like the things they ask for. To an embedding server they go
 * without who asks; what the account's instructions are about is nobody's name there either. An empty question finds nothing.
 * @throws DragomanError KNOWLEDGE_MISSING, STORE_UNAVAILABLE
 */
export async function searchKnowledge(
  { knowledge, masking }: Pick<Engine, 'knowledge' | 'masking'>,
  live: LiveTurn,
  question: string,
  { base, limit }: { base: string; limit: number },
): Promise<Passage[]> {
  live.base = base;
  if (!question.trim()) return [];
  const mask = await masking.of(live);
  return knowledge.search(base, question, limit, withoutTokens(mask.mask(question)));
}
