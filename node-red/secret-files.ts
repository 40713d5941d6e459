/** Reads the files that `NAME_FILE` variables name, so that everything after finds the secrets where it looks for them. */
import { readFileSync } from 'node:fs';
import type { NodeAPI } from 'node-red';
import { DEPLOYMENT_SECRETS, type SecretSpec, secretsFromFiles } from '../core/secret-files.ts';
import { channels, orderSources } from './plugins.ts';

/**
 * Puts them into the process's environment. Each is read once: its file's variable is taken out.
 * @throws DragomanError SETTING_INVALID
 */
export function readSecretFiles(specs = DEPLOYMENT_SECRETS): void {
  const values = secretsFromFiles(process.env, specs, (file) => readFileSync(file, 'utf8'));
  for (const [name, value] of Object.entries(values)) {
    process.env[name] = value;
    delete process.env[`${name}_FILE`];
  }
}

/** What channels and shops know as secrets, which are there once all plugins have loaded. */
export function pluginSecrets(RED: Pick<NodeAPI, 'plugins'>): SecretSpec[] {
  const plugins = RED as never;
  const ofAccounts = channels(plugins).flatMap(({ fields }) => Object.values(fields));
  const ofShops = orderSources(plugins).flatMap(({ fields }) => Object.values(fields));
  return [...ofAccounts.map((field) => ({ ...field, perAccount: true })), ...ofShops];
}
