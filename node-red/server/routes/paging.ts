/** Lists are told in pages: at most so many, from where the page before ended. */
import type { Page } from '../../../core/ports.ts';

const USUAL = 50;
const MOST = 200;

/** The fields of a query, as schemas. `before`: the time or number of the last item that was told, `beforeId`: its id. */
export const PAGE_QUERY = {
  limit: { type: 'integer', minimum: 1, default: USUAL, description: `At most ${MOST}.` },
  before: { type: 'number', description: 'The time, or number, of the last item of the page before.' },
  beforeId: { type: 'string', description: 'The id of that item.' },
} as const;

/** @param query has been checked */
export const pageIn = ({ limit, before, beforeId }: Record<string, string>): Page => ({
  limit: Math.min(Number(limit) || USUAL, MOST),
  before: before ? Number(before) : undefined,
  beforeId: beforeId || undefined,
});
