/** What a language is called in English, for the instructions of a model. */

/** Made with the first name: its data take longer to load than the rest of core. */
let names: Intl.DisplayNames | undefined;

/** @param code as in BCP 47: `pt`, `pt-BR`. @returns undefined for what is no code, or no language that is known. */
export function languageName(code: string): string | undefined {
  if (!/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(code)) return undefined;
  names ??= new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  return names.of(code);
}
