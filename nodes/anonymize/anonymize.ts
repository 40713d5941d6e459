import type { NodeAPI } from 'node-red';
import { engine } from '../../runtime/current.ts';
import { defineNode } from '../../runtime/define-node.ts';
import { migrations } from './migrations.ts';

export default function register(RED: NodeAPI): void {
  defineNode<object>(RED, {
    name: 'anonymize',
    migrations,
    create: ({ status }) => ({
      input(msg, send) {
        const { turns, clock } = engine();
        const { view } = turns.of(msg);
        // What a message carries of the HTTP call or an earlier node could name the person; what is left is the session.
        for (const property of Object.keys(msg)) if (!KEPT.has(property)) delete msg[property];
        view.decisions.push({
          gate: 'anonymize',
          result: 'pass',
          rule: 'session',
          reason: `Known from here on as ${view.session}.`,
          at: clock.now(),
        });
        status('ok', 'anonymous');
        send(msg);
      },
    }),
  });
}

const KEPT = new Set(['_msgid', 'payload', 'topic', 'turn', 'parts']);
