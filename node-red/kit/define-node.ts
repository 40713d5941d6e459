/**
 * The one way a node of ours meets Node-RED: config migrated, `done` called exactly once, no throw ends the process, errors shown with what
 * to do, statuses short.
 */
import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { TurnMessage } from '../../app/turn.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import said from '../../core/locales/en.json' with { type: 'json' };
import { type Migrations, migrate } from './migrate.ts';

export type Send = (msg: TurnMessage | (TurnMessage | TurnMessage[] | null)[]) => void;

export interface NodeParts {
  /** May throw or reject; both end as the node's error, for catch nodes. */
  input?(msg: TurnMessage, send: Send): void | Promise<void>;
  /** `removed`: deleted or disabled, not only restarted. */
  close?(removed: boolean): void | Promise<void>;
}

export interface NodeContext<Config, Credentials> {
  RED: NodeAPI;
  node: Node<Record<string, unknown>>;
  config: Config & { id: string; name?: string };
  credentials: Partial<Credentials>;
  /**
   * A short word under the node; the key is looked up in the node's own catalogue.
   * @param why behind it, in core's words: `rule.<name>` or `error.<CODE>`; one that they do not have is left out.
   */
  status(
    look: 'ok' | 'busy' | 'warn' | 'error' | 'clear',
    key?: string,
    options?: Record<string, string | number>,
    why?: string,
  ): void;
}

export interface NodeSpec<Config, Credentials> {
  /** Without `dragoman-`. */
  name: string;
  migrations: Migrations;
  credentials?: Record<string, { type: 'text' | 'password' }>;
  create(context: NodeContext<Config, Credentials>): NodeParts;
  /** What to do with messages where `create` failed, so that nobody waits for ever. The error is told all the same. */
  refuse?(msg: TurnMessage, error: unknown): void;
}

const LOOKS = {
  ok: { fill: 'green', shape: 'dot' },
  busy: { fill: 'blue', shape: 'dot' },
  warn: { fill: 'yellow', shape: 'ring' },
  error: { fill: 'red', shape: 'ring' },
} as const;

/** Core's words by code, which the build puts into the plugin's catalogue. */
const SHARED = '@dragoman/node-red/dragoman:';

/** Of the types that have been registered. */
const migrations = new Map<string, Migrations>();

/** Of one of our own nodes, once it has loaded. */
export const migrationsOf = (type: string): Migrations | undefined => migrations.get(type);

/** Registers `dragoman-<name>`. */
export function defineNode<Config extends object, Credentials extends object = object>(
  RED: NodeAPI,
  spec: NodeSpec<Config, Credentials>,
): void {
  const type = `dragoman-${spec.name}`;
  migrations.set(type, spec.migrations);
  const catalogue = `@dragoman/node-red/${type}:`;

  function construct(this: Node<Record<string, unknown>>, raw: NodeDef): void {
    RED.nodes.createNode(this, raw);
    build(this, raw);
  }

  function build(node: Node<Record<string, unknown>>, raw: NodeDef): void {
    const known = new Map<string, string>();
    /** Translated once: looking a sentence up takes longer than a gate's decision. */
    const wordsOf = (key: string, options?: Record<string, string | number>): string => {
      if (options) return RED._(key, options);
      const words = known.get(key) ?? RED._(key);
      known.set(key, words);
      return words;
    };
    const topic = `dragoman/status/${spec.name}/${node.id}`;
    let shown = '';
    const status: NodeContext<Config, Credentials>['status'] = (look, key = '', options, why = '') => {
      // The same status again is no news to the editor.
      const wanted = `${look} ${key} ${options ? JSON.stringify(options) : ''} ${why}`;
      if (wanted === shown) return;
      shown = wanted;
      if (look === 'clear') return void node.status({});
      const shared = Object.hasOwn(said, why) ? why : undefined;
      const own = key && wordsOf(`${catalogue}${spec.name}.status.${key}`, options);
      const text = [own, shared && wordsOf(SHARED + shared)].filter(Boolean).join(': ');
      // Node-RED hands on nothing but the text; the editor words it again in the language of who looks (`nodes/editor.ts`).
      if (text) RED.comms.publish(topic, { text, key, options, shared }, true);
      node.status({ ...LOOKS[look], text });
    };
    /** Shows an error on its node; logs it too where no catch node will. */
    const fail = (error: unknown, log = true): Error => {
      const text = describe(error);
      // A status has room for some words; the whole sentence is in the log.
      const why = DragomanError.is(error) ? `error.${error.code}` : '';
      if (Object.hasOwn(said, why)) status('error', '', undefined, why);
      else node.status({ ...LOOKS.error, text: text.slice(0, 24) });
      shown = '';
      if (log) node.error(text);
      return new Error(text, { cause: error });
    };

    let parts: NodeParts = {};
    try {
      const config = migrate(raw, spec.migrations) as unknown as NodeContext<Config, Credentials>['config'];
      parts = spec.create({ RED, node, config, credentials: (node.credentials ?? {}) as Partial<Credentials>, status });
    } catch (error) {
      fail(error);
      parts = {
        input(msg) {
          spec.refuse?.(msg, error);
          throw error;
        },
      };
    }

    node.on('input', (msg, send, done) => {
      const finish = (error?: unknown) => {
        if (error === undefined) done();
        else done(fail(error, false));
      };
      try {
        const work = parts.input?.(msg as TurnMessage, send as Send);
        if (work) work.then(() => finish(), finish);
        else finish();
      } catch (error) {
        finish(error ?? new Error('Unknown error'));
      }
    });
    node.on('close', (removed: boolean, done: () => void) => {
      // Not kept for editors that come later.
      RED.comms.publish(topic, {}, false);
      Promise.resolve()
        .then(() => parts.close?.(removed))
        .catch((error) => node.warn(describe(error)))
        .finally(done);
    });
  }
  RED.nodes.registerType(type, construct as never, spec.credentials ? { credentials: spec.credentials } : {});
}
