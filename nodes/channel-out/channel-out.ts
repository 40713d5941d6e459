import type { NodeAPI } from 'node-red';
import { cameFrom } from '../../app/host.ts';
import { heldBack, reply } from '../../app/reply.ts';
import { DragomanError } from '../../core/errors.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { migrations } from './migrations.ts';
import { outgoing } from './outgoing.ts';

/** A platform's own words end with a full stop or not. */
const sentence = (words: string) => (/[.!?]$/.test(words) ? words : `${words}.`);

export default function register(RED: NodeAPI): void {
  defineNode<object>(RED, {
    name: 'channel-out',
    migrations,
    create: ({ node, status }) => ({
      async input(msg) {
        const live = engine().turns.of(msg);
        const content = outgoing(msg.payload);
        status('busy', 'sending');
        const message = await reply(engine(), live, { nodeId: node.id, from: cameFrom(msg) }, content);
        const held = heldBack(message);
        if (!held && (message.state === 'failed' || message.state === 'unknown'))
          throw new DragomanError(
            'SEND_FAILED',
            `${live.account.channel.id} did not take the reply: ${sentence(message.error?.message ?? message.state)}`,
            [message.error?.action, `It is kept: "dragoman resend ${message.id}" sends it again.`]
              .filter(Boolean)
              .join(' '),
          );
        if (message.error?.code === 'test') status('warn', 'test');
        else if (held) status('warn', 'notSent');
        else if (message.state === 'draft') status('warn', 'draft');
        else if (message.state === 'queued') status('warn', 'waiting');
        else status('ok', 'sent');
      },
    }),
  });
}
