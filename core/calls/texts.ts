/** What a call says by itself, in the languages of the pages. */
import texts from './texts.json' with { type: 'json' };

/** `ask`: whether the caller is there; `goodbye`: nobody was; `longest`: the call was too long; `trouble`: there was no answer. */
export type CallText = keyof (typeof texts)['en'];

/** @param language ISO 639-1; in English where there are no words of it. */
export function callText(name: CallText, language: string): string {
  const all: Record<string, Record<CallText, string>> = texts;
  return (Object.hasOwn(all, language) ? all[language]! : texts.en)[name];
}
