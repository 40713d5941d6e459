/** What the parts of set-up share: what only the host of the flows knows, and errors as lines tell them. */
import type { Endpoint } from '../../core/answering/answering.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import type { SetupProblem } from '../../core/setup/report.ts';

/** An account's node as it stands in the flows, whether it could be made or not. */
export interface AccountNode {
  id: string;
  name: string;
  channel: string;
  /** There is a node at which its turns start. */
  hasEntry: boolean;
  /** Of its webhook, with the root of the flows. */
  path?: string;
}

/** An order-in as it stands in the flows, whether it could be made or not. */
export interface ShopNode {
  id: string;
  /** Empty where nobody gave it one. */
  name: string;
  /** Id of the account whose messages tell of its orders. */
  account: string;
  /** At which the shop may call, with the root of the flows. */
  path?: string;
}

/** A provider's node; an empty `id`: nodes that chose none, and ask whom the variables name. */
export interface ProviderNode {
  id: string;
  name: string;
  /** Which variable would name a model for it. */
  variable: string;
  /** A word for people; empty where nobody wrote one. */
  currency: string;
  endpoints(envPrefix: string): Endpoint[];
}

/** What only the host of the flows knows. */
export interface SetupHost {
  /** In the order of the editor. */
  accounts(): AccountNode[];
  shops(): ShopNode[];
  providers(): ProviderNode[];
  /** Which bases nodes search. */
  bases(): { base: string; node: string }[];
  /** The editor asks who comes. */
  hasLogin(): boolean;
  /** Where this server answers this machine, without a slash at the end. */
  address(): string | undefined;
}

/** An error as a line tells it. */
export function problemOf(error: unknown): SetupProblem {
  if (!DragomanError.is(error)) return { code: 'INTERNAL', message: describe(error), action: 'Look at the log.' };
  const { code, message, action } = error;
  return { code, message, action };
}
