import type { NodeAPI } from 'node-red';
import { DragomanError } from '../../core/errors.ts';
import { NOTICE_KINDS, type NoticeKind } from '../../core/model.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { migrations } from './migrations.ts';

interface Config {
  /** Empty: all. */
  kind: NoticeKind | '';
}

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'notice',
    migrations,
    create({ node, config: { kind }, status }) {
      if (kind && !NOTICE_KINDS.includes(kind))
        throw new DragomanError(
          'SETTING_INVALID',
          `"${kind}" is no kind of notice.`,
          `Choose one of ${NOTICE_KINDS.join(', ')}, or all.`,
        );
      const stop = engine().notices.listen({
        nodeId: node.id,
        kind,
        send(msg) {
          const told = (msg as { topic: NoticeKind }).topic;
          status('ok', told);
          node.send(msg as never);
        },
      });
      return { close: stop };
    },
  });
}
