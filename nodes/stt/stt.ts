import type { NodeAPI } from 'node-red';
import { hearSound, soundIn } from '../../app/hear-sound.ts';
import { textOf } from '../../app/turn.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import type { HttpMessage } from '../http-in.ts';
import { namesIn, serveWork, turnOf } from '../served.ts';
import { migrations } from './migrations.ts';

interface Config {
  /** ISO 639-1; empty: what the message says, else found out. */
  language: string;
  /** Names to expect, with commas between. */
  hints: string;
}

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'stt',
    migrations,
    create({ config, status }) {
      const own = namesIn(config.hints);
      return {
        async input(msg: HttpMessage, send) {
          const { speech, hear } = engine();
          const hints = [...namesIn(msg.hints), ...own];
          const wishes = { language: config.language || undefined, hints };
          const live = turnOf(msg);
          if (!live) {
            const served = await serveWork(msg, send, async () => {
              const payload = await hearSound(speech, soundIn(msg), wishes);
              return { payload, headers: {} };
            });
            if (served) status('ok', 'heard', { count: 1 });
            else status('warn', 'refused');
            return;
          }
          const count = await hear(live, wishes);
          if (count > 0) msg.payload = textOf(live.view);
          if (speech.transcribe) status('ok', 'heard', { count });
          else status('error', '', undefined, 'error.SPEECH_MISSING');
          send(msg);
        },
      };
    },
  });
}
