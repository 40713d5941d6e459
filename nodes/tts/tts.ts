import type { NodeAPI } from 'node-red';
import { sayText, textIn, writtenIn } from '../../app/say-text.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import type { HttpMessage } from '../http-in.ts';
import { serveWork, turnOf } from '../served.ts';
import { migrations } from './migrations.ts';

interface Config {
  /** ISO 639-1; empty: what the message says, else the turn's, else what the text is written in. */
  language: string;
  /** The engine's own name of it; empty: as TTS_VOICE says. */
  voice: string;
}

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'tts',
    migrations,
    create: ({ config, status }) => ({
      async input(msg: HttpMessage, send) {
        const { speech, masking, detectors } = engine();
        const live = turnOf(msg);
        let seconds = 0;
        const served = await serveWork(msg, send, async () => {
          const { text: words, language: told } = textIn(msg);
          // A model's words have tokens where personal data was.
          const { text } = live ? await masking.restore(live, { text: words }) : { text: words };
          const language = told ?? (config.language || live?.view.language || (await writtenIn(text, detectors)));
          const said = await sayText(speech, text, { language, voice: config.voice || undefined });
          seconds = Math.round(said.seconds);
          return { payload: said.file, headers: { 'content-type': 'audio/wav' } };
        });
        if (served) status('ok', 'spoken', { seconds });
        else status('warn', 'refused');
      },
    }),
  });
}
