/** What a call says by itself, in the languages of the pages. */
import texts from './texts.json' with { type: 'json' };

/**
 * `ask`: whether the caller is there; `goodbye`: nobody was; `longest`: the call was too long; `trouble`: there was no answer; `recorded`: what is said is
 * kept.
 */
export type CallText = keyof (typeof texts)['en'];

const ALL: Record<string, Record<CallText, string>> = texts;

export const hasCallTexts = (language: string): boolean => Object.hasOwn(ALL, language);

/** @param language ISO 639-1; in English where there are no words of it. */
export function callText(name: CallText, language: string): string {
  return (hasCallTexts(language) ? ALL[language]! : texts.en)[name];
}
