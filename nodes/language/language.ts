import type { NodeAPI } from 'node-red';
import { chooseLanguage } from '../../app/choose-language.ts';
import { note } from '../../app/timeline/notes.ts';
import { parseLanguages } from '../../core/text/language.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { migrations } from './migrations.ts';

interface Config {
  /** The bot's languages, ISO 639-1 codes with commas between. */
  languages: string;
  /** Until a contact's language is known; empty: the account's. */
  fallback: string;
  /** The model answers in one of these languages, whatever the customer writes. */
  pinned: boolean;
}

const DEFAULT_LANGUAGES = 'es,en,it,fa,ar,ru';

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'language',
    migrations,
    create: ({ node, config, status }) => {
      const languages = parseLanguages(config.languages || DEFAULT_LANGUAGES);
      const [fallback] = config.fallback ? parseLanguages(config.fallback) : [];
      return {
        async input(msg, send) {
          const live = engine().turns.of(msg);
          await chooseLanguage(engine(), live, { languages, fallback, pinned: config.pinned });
          note(live, engine().clock.now(), { kind: 'language', node: node.id, language: live.view.language });
          status('ok', 'language', { language: live.view.language });
          send(msg);
        },
      };
    },
  });
}
