/** Which of espeak-ng's voices speaks a language. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bareEnvironment, PROGRAM } from './program.ts';

/** Where the voice is called otherwise than the language, and for those that most speak. */
const VOICES: Record<string, string> = {
  ar: 'ar',
  en: 'en-us',
  es: 'es',
  fa: 'fa',
  fr: 'fr',
  it: 'it',
  no: 'nb',
  ru: 'ru',
  zh: 'cmn',
};
/** For a language that it does not know: somebody who reads it strangely is more than silence. */
const STRANGER = 'en-us';
const LIST_MS = 5_000;

let listed: Promise<ReadonlySet<string>> | undefined;

/** @param language ISO 639-1, also `pt-BR` */
export async function voiceOf(language: string): Promise<string> {
  const tag = language.toLowerCase().replace('_', '-');
  const [code = ''] = tag.split('-');
  if (tag === code && VOICES[code]) return VOICES[code];
  listed ??= list();
  const there = await listed;
  return [tag, VOICES[code], code].find((voice) => voice && there.has(voice)) ?? VOICES[code] ?? STRANGER;
}

/** The languages in the second column of its list; none where it cannot be asked, which is tried again. */
async function list(): Promise<ReadonlySet<string>> {
  try {
    const { stdout } = await promisify(execFile)(PROGRAM, ['--voices'], { timeout: LIST_MS, env: bareEnvironment() });
    return new Set(stdout.split('\n').flatMap((line) => /^\s*\d+\s+(\S+)/.exec(line)?.[1] ?? []));
  } catch {
    listed = undefined;
    return new Set();
  }
}
