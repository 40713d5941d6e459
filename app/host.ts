/** What the app needs of the process that runs the flows. `node-red/` gives it; nothing here knows how. */
import type { Clock, Logger, ProviderPlugin, ToolPlugin } from '../core/ports.ts';

/** The name of the turn's attempt, `turn#n`, on a message. */
export const TURN = Symbol.for('dragoman.turn');
/** The node that handed the message over last, on a message. */
export const FROM = Symbol.for('dragoman.from');

/** The id of the node that handed a message of a turn over; undefined for one that no wire brought. */
export const cameFrom = (msg: object): string | undefined => Reflect.get(msg, FROM) as string | undefined;

export interface TurnRun {
  /** `interrupted`: a deploy or a stop took a message or a node away. `timeout`: the deadline passed first. */
  status: 'settled' | 'interrupted' | 'timeout';
  /** What nodes reported, by node id; `caught`: a catch node took it. The messages are the nodes' own words. */
  errors: { node: string; message: string; caught: boolean }[];
}

export interface TurnTracker {
  /**
   * Sends `msg` into the flow as the root of a turn; resolves when all it caused has settled, was cut by a deploy, or the deadline
   * passed. A turn of the same id that is still open ends as `interrupted`. Rejects only with what `emit` throws.
   * @param msg an object of its own, not one that another turn uses
   * @param emit usually the node's `send`
   */
  run(attempt: string, msg: object, emit: (msg: object) => void, deadlineMs: number): Promise<TurnRun>;
  /** The turn that a message, or else the current asynchronous context, belongs to; of settled ones too, for some minutes: whose late reply is this? */
  lateTurnOf(msg: object): string | undefined;
  /** Ends all open turns as `interrupted` and takes the hooks out. */
  close(): void;
}

/** The host as the composition root takes it. */
export interface Host {
  log: Logger;
  tracker: TurnTracker;
  /** The folder of everything that is written but the flows. */
  dataFolder: string;
  /** The folder of the knowledge bases, one folder each. */
  knowledgeFolder: string;
  /** Where this server answers, without a slash at the end; undefined while it does not. */
  address(): string | undefined;
  /** Virtual in scenarios; the system's own when absent. */
  clock?: Clock;
  /** Providers by the word in flows; plugins load in any order, so it is asked at each use. */
  provider(id: string): ProviderPlugin | undefined;
  toolPlugins(): ToolPlugin[];
  /** What the editor calls a node, and in which flow it is; its id where it is not there. */
  nodeName(id: string): string;
  /** False while a deploy stops and starts nodes, and where flows are stopped: what begins now would meet nodes that are away. */
  flowsRun(): boolean;
  /** Calls `listener` each time the flows have started: accounts and their entries are there. */
  onFlowsStarted(listener: () => void): void;
}
