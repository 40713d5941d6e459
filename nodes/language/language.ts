import type { NodeAPI } from 'node-red';
import { loadDetector, loadOpenDetector } from '../../adapters/language/detect-language.ts';
import { judgeLanguage, mayBeOther, nextLanguage, parseLanguages } from '../../core/text/language.ts';
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
    create: ({ config, status }) => {
      const candidates = parseLanguages(config.languages || DEFAULT_LANGUAGES);
      const [fallback] = config.fallback ? parseLanguages(config.fallback) : [];
      return {
        async input(msg, send) {
          const { turns, store } = engine();
          const live = turns.of(msg);
          const { contact, view } = live;
          // A tapped button has the bot's own words.
          const said = view.messages.filter((message) => !message.choice).map((message) => message.text);
          const text = said.join('\n');
          const detect = await loadDetector();
          const stored = contact?.language !== undefined && candidates.includes(contact.language);
          const language = nextLanguage(contact?.language, text, candidates, detect);
          if (contact && language !== undefined && language !== contact.language) {
            await store.setLanguage(contact.id, language);
            contact.language = language;
          }
          view.language = language ?? fallback ?? live.account.language;
          const open = await loadOpenDetector();
          // One uncertain word of somebody new ("Hallo") makes a language for our own words, but orders the model none.
          const known = stored || (judgeLanguage(text, candidates, detect)?.certain ?? false);
          const other = mayBeOther(text, view.language, known, open);
          live.answerIn = config.pinned || !other ? view.language : undefined;
          status('ok', 'language', { language: view.language });
          send(msg);
        },
      };
    },
  });
}
