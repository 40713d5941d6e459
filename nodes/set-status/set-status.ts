import type { NodeAPI } from 'node-red';
import { changeAfterwards, changeNow } from '../../app/hand-over.ts';
import { DragomanError } from '../../core/errors.ts';
import { CONVERSATION_STATUSES, type ConversationStatus } from '../../core/model.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { migrations } from './migrations.ts';

interface Config {
  status: ConversationStatus;
  /** `after`: once the reply of this turn has left. */
  when: 'now' | 'after';
}

/** Of a status that a flow set; what the flow thought is not known. */
const REASON = 'The flow set it.';

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'set-status',
    migrations,
    create({ config, status }) {
      if (!CONVERSATION_STATUSES.includes(config.status))
        throw new DragomanError(
          'SETTING_INVALID',
          `"${config.status}" is no status.`,
          `Choose one of ${CONVERSATION_STATUSES.join(', ')}.`,
        );
      return {
        async input(msg, send) {
          const change = config.when === 'after' ? changeAfterwards : changeNow;
          await change(engine(), engine().turns.of(msg), { status: config.status, reason: REASON });
          status('ok', 'set', { status: config.status });
          send(msg);
        },
      };
    },
  });
}
