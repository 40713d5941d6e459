import type { NodeAPI } from 'node-red';
import { DragomanError } from '../../core/errors.ts';
import { CONVERSATION_STATUSES, type ConversationStatus } from '../../core/model.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { migrations } from './migrations.ts';

interface Config {
  status: ConversationStatus;
}

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
          const { store, turns, clock } = engine();
          const live = turns.of(msg);
          await store.changeConversation(live.conversation.id, () => ({
            status: config.status,
            updatedAt: clock.now(),
          }));
          live.view.conversation.status = config.status;
          status('ok', 'set', { status: config.status });
          send(msg);
        },
      };
    },
  });
}
