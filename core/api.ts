/** What the commands and the running server say to each other, on this machine only. */
import type { Decision, Message } from './model.ts';

/** In the data folder, readable by its owner only; an `ApiFile`. */
export const API_FILE = 'api.json';

/** Where the running server is, and the word that lets one in. Stale once that process is gone. */
export interface ApiFile {
  pid: number;
  port: number;
  /** What the API's paths are put behind, without a slash at the end: `http://127.0.0.1:1880`, with the flows' root path if there is one. */
  url: string;
  /** Made anew with each start. */
  token: string;
  /** The simulator's page, with the key that lets one in. */
  simulator: string;
}

/** `GET /dragoman/api/v1`: proves that the process of the `ApiFile` answers. */
export interface ApiSelf {
  pid: number;
  /** How long one attempt of a turn may take at most: the longest of all accounts; milliseconds. */
  longestTurnMs: number;
}

/** `GET /dragoman/api/v1/accounts` */
export interface ApiAccount {
  id: string;
  name: string;
  channel: string;
  enabled: boolean;
  /** Its platform is the stand-in on this machine. */
  simulated: boolean;
  envPrefix: string;
}

/** `GET /dragoman/api/v1/troubles`: accounts that cannot work now, also those whose configuration has an error, which are in no other list. */
export interface ApiTrouble {
  accountId: string;
  reason: string;
}

/** `POST /dragoman/api/v1/messages/:id/replay` */
export interface Replay {
  turnId: string;
  outcome: 'answered' | 'drafted' | 'blocked' | 'silent' | 'failed';
  decisions: Decision[];
  replies: Pick<Message, 'id' | 'text' | 'state' | 'source' | 'error' | 'nextTryAt'>[];
  /** Why the attempt failed. */
  error?: string;
}

/** `POST /dragoman/api/v1/catalogue` */
export interface CatalogueExport {
  /** Knowledge base that it was written into. */
  base: string;
  products: number;
  /** Names of files that are new or changed. */
  written: string[];
  /** Names of those that are gone: nothing of their kind is in the catalogue any more. */
  removed: string[];
}

/** `POST /dragoman/api/v1/turns/:id/retry` */
export interface Retried {
  conversationId: string;
}
