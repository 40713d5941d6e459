/** Where a deployment's folders are. */
import path from 'node:path';
import { type Environment, resolve, SETTINGS } from './settings.ts';

/** In the data folder: conversations, messages, turns. */
export const STORE_FILE = 'dragoman.db';
export const KNOWLEDGE_FILE = 'knowledge.db';

/**
 * A folder's absolute path: a name from the environment counts from where the command was given, a default from the project.
 * @param project the project's root folder
 */
export function folderOf(
  name: 'data' | 'flows' | 'knowledge',
  project: string,
  environment: Environment = process.env,
): string {
  const { value, from } = resolve(SETTINGS[name], environment);
  return path.resolve(from === 'default' ? project : '.', value);
}
