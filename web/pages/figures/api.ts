/** The interface as the page sees it. The server is `node-red/server/routes/figures.ts`. Times are UTC milliseconds. */
import { api, apiRoot } from '../../api.ts';
import type { Span } from './periods.ts';

/** Milliseconds; null: there were none. */
export interface Times {
  count: number;
  p50: number | null;
  p95: number | null;
}

export interface ModelUse {
  answers: number;
  input: number;
  output: number;
  cached: number;
  cost: number;
}

export interface Happened {
  in: number;
  out: Record<string, number>;
  turns: Record<string, number>;
  blocked: Record<string, number>;
  failed: number;
  unknown: number;
  optOuts: number;
  optIns: number;
  reply: Times;
  firstHuman: Times;
  humanDone: Times;
  models: Record<string, ModelUse>;
  queue: number;
  /** Null where one account is asked for. */
  lag: number | null;
}

export interface Figures extends Span {
  accounts: { id: string; name: string }[];
  total: Happened;
  before: Happened;
  points: (Happened & { at: number })[];
  /** Of the prices of models, as people wrote them; none where nobody wrote one. */
  currencies: string[];
}

/** Milliseconds. */
export interface Spread {
  p50: number;
  p95: number;
}

/** What became of those who asked for a person; see `app/handovers/figures.ts`. */
export interface Handovers {
  asked: number;
  by: Record<'words' | 'button' | 'model', number>;
  outOfHours: number;
  waiting: number;
  late: number;
  assistant: number;
  closed: number;
  firstReplyMs: Spread | null;
  closeMs: Spread | null;
}

const asked = ({ from, until, step }: Span, account: string, zone: string) =>
  new URLSearchParams({ from: String(from), until: String(until), step, zone, ...(account && { account }) });

/** @param account an id; empty: all */
export const figures = (span: Span, account: string, zone: string) =>
  api<Figures>(`/figures?${asked(span, account, zone)}`);

export const handovers = ({ from, until }: Span, account: string) => {
  const period = { since: String(from), until: String(until), ...(account && { accountId: account }) };
  return api<Handovers>(`/handovers/figures?${new URLSearchParams(period)}`);
};

/** Where the same is as a table for a spreadsheet. */
export const tableAddress = (table: 'steps' | 'models', span: Span, account: string, zone: string): string =>
  `${apiRoot(location.pathname)}/figures.csv?${asked(span, account, zone)}&table=${table}`;
