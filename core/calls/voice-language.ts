/** In which language a text is to be read aloud. */

const ARABIC = /\p{Script=Arabic}/u;
const PERSIAN_LETTERS = /[پچژگکی]/u;
const CYRILLIC = /\p{Script=Cyrillic}/u;
const LATIN = /\p{Script=Latin}/u;
const BY_ARABIC = ['ar', 'fa', 'ur'];
const BY_CYRILLIC = ['ru', 'uk', 'bg', 'sr', 'kk'];

/**
 * The language of the talk, unless the text is in letters that it does not have.
 * @param language ISO 639-1
 */
export function voiceLanguage(text: string, language: string): string {
  if (ARABIC.test(text)) return BY_ARABIC.includes(language) ? language : PERSIAN_LETTERS.test(text) ? 'fa' : 'ar';
  if (CYRILLIC.test(text)) return BY_CYRILLIC.includes(language) ? language : 'ru';
  if (LATIN.test(text)) return [...BY_ARABIC, ...BY_CYRILLIC].includes(language) ? 'en' : language;
  return language;
}
