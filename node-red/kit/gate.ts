/** A gate: looks at a turn, writes a decision with its reason, and sends the message on through `pass` (first) or `blocked` (second). */
import type { NodeAPI } from 'node-red';
import type { LiveTurn } from '../../app/turn.ts';
import type { Conversation, Decision } from '../../core/model.ts';
import { engine } from '../current.ts';
import { defineNode, type NodeSpec } from './define-node.ts';
import type { Migrations } from './migrate.ts';

export interface JudgeContext<Config> {
  live: LiveTurn;
  /** As it is now, not as it was when the turn began. */
  conversation: Conversation;
  config: Config;
  nodeId: string;
  now: number;
}

export interface GateSpec<Config> {
  name: string;
  migrations: Migrations;
  credentials?: NodeSpec<Config, object>['credentials'];
  judge(context: JudgeContext<Config>): Decision | Promise<Decision>;
  /** Where a turn that passes shows something else than that: a word of the catalogue, below `status`, as a warning. */
  warns?(live: LiveTurn): string | undefined;
}

/** Registers `dragoman-<name>` as a gate. Statuses `passed` and `blocked` are in its catalogue. */
export function defineGate<Config extends object>(RED: NodeAPI, spec: GateSpec<Config>): void {
  defineNode<Config>(RED, {
    name: spec.name,
    migrations: spec.migrations,
    create: ({ node, config, status }) => ({
      async input(msg, send) {
        const { store, clock, log, turns } = engine();
        const live = turns.of(msg);
        const conversation = (await store.conversation(live.conversation.id)) ?? live.conversation;
        const judged = await spec.judge({ live, conversation, config, nodeId: node.id, now: clock.now() });
        const decision = { ...judged, node: node.id };
        live.view.decisions.push(decision);
        if (decision.result === 'pass') {
          const warning = spec.warns?.(live);
          if (warning) status('warn', warning);
          else status('ok', 'passed');
          send([msg, null]);
          return;
        }
        status('warn', 'blocked', undefined, `rule.${decision.rule}`);
        // The turn's own line says so to everybody; this one where another branch answered after all.
        log.debug(
          `Turn ${live.turn.id} of account "${live.account.name}" was blocked by ${spec.name}: ${decision.reason}`,
        );
        send([null, msg]);
      },
    }),
  });
}
