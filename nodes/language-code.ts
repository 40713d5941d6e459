/** In the browser: whether a field holds the code of a language, such as `es` or `pt-BR`, or nothing. */
export const isLanguageOrEmpty = (value: unknown): boolean =>
  /^\s*(?:[a-z]{2,3}(?:[-_]\w+)?)?\s*$/i.test(String(value ?? ''));
