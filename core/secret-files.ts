/**
 * Secrets that lie in files, as Docker and Kubernetes mount them: `NAME_FILE` names the file that has the value of `NAME`. Nothing here reads
 * a file; who starts the process does.
 */
import { DragomanError } from './errors.ts';
import { type Environment, SETTINGS, type SettingSpec } from './settings.ts';

/** What a variable must be to have a file: a secret, and whether an account's prefix may stand before its name. */
export type SecretSpec = Pick<SettingSpec, 'env' | 'secret' | 'perAccount'>;

const SUFFIX = '_FILE';
/** Keys and addresses are short; whatever is longer is another file. */
const LONGEST = 64 * 1024;

/**
 * @param specs the settings that may come from a file; those that are no secret are left out
 * @param read gives a file's text
 * @returns the values by their variables, to be put into the environment
 * @throws DragomanError SETTING_INVALID where both are set, and for a file that cannot be read or is empty; what is in a file is not told
 */
export function secretsFromFiles(
  environment: Environment,
  specs: readonly SecretSpec[],
  read: (file: string) => string,
): Record<string, string> {
  const secrets = specs.filter(({ secret }) => secret);
  const isSecret = (name: string) =>
    secrets.some(({ env, perAccount }) => name === env || (perAccount && name.endsWith(`_${env}`)));
  const values: Record<string, string> = {};
  for (const [variable, given] of Object.entries(environment)) {
    const file = given?.trim();
    const name = variable.slice(0, -SUFFIX.length);
    if (!variable.endsWith(SUFFIX) || !file || !isSecret(name)) continue;
    if (environment[name]?.trim())
      throw new DragomanError('SETTING_INVALID', `${name} and ${variable} are both set.`, 'Keep one of them.');
    values[name] = valueIn(file, variable, read);
  }
  return values;
}

function valueIn(file: string, variable: string, read: (file: string) => string): string {
  let text: string;
  try {
    text = read(file);
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new DragomanError(
      'SETTING_INVALID',
      `The file that ${variable} names cannot be read (${code}).`,
      'Correct the path, or let the user of this process read the file.',
    );
  }
  // Editors and `echo` end a file with a line's end, which belongs to no secret.
  const value = text.replace(/\r?\n$/, '');
  if (value.trim() && value.length <= LONGEST) return value;
  throw new DragomanError(
    'SETTING_INVALID',
    `The file that ${variable} names is ${value.length > LONGEST ? 'too long for a secret' : 'empty'}.`,
    'Put the secret alone into it.',
  );
}

/** The secrets of the deployment; those of channels and shops are in their `fields`. */
export const DEPLOYMENT_SECRETS: readonly SecretSpec[] = Object.values(SETTINGS);
