/** The page's HTTP API as the page sees it. The server is `node-red/server/call-page.ts`. */
import { createAsk } from '../../ask.ts';
import type { Ticket } from '../../call/frames.ts';

export interface Account {
  id: string;
  name: string;
  /** Of the suggestions, ISO 639-1. */
  language: string;
  /** What a caller might say first. */
  suggestions: string[];
  /** Its calls are recorded. */
  recording?: boolean;
}

export interface State {
  /** Those that take calls. */
  accounts: Account[];
  /** Where the editor is; absent where there is none. */
  editor?: string;
  /** Names of the accounts in test mode. */
  testing: string[];
  /** There is a simulator. */
  simulator?: boolean;
}

const ask = createAsk('call/api/');

export const state = () => ask<State>('accounts');

/** @param language ISO 639-1; undefined: whatever is spoken */
export const start = (account: string, language: string | undefined) =>
  ask<Ticket>('start', 'POST', { account, language });
