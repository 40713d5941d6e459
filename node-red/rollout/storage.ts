/**
 * Node-RED's storage in a process without an editor: there are no flows until some are handed out (`take.ts`), and none are kept. What is
 * in its folder can be lost at any time.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sealedNothing } from '../flow-files/sealed.ts';
import { type FlowStorage, type StorageSettings, stockStorage } from '../flow-files/storage.ts';

/** For Node-RED's setting `storageModule`, beside `readOnly`. */
export function rolloutStorage(): FlowStorage {
  const stock = stockStorage();
  let secret: StorageSettings['credentialSecret'];
  return {
    ...stock,
    projects: undefined,
    sshkeys: undefined,
    async init(settings, runtime) {
      secret = settings.credentialSecret;
      await stock.init(settings, runtime);
      // Node-RED reads it for the packages of the palette, and tells of an error where it is missing.
      const { userDir } = settings;
      if (!userDir) return;
      await mkdir(userDir, { recursive: true });
      await writeFile(path.join(userDir, 'package.json'), '{ "private": true }\n', { flag: 'wx' }).catch(() => {});
    },
    getFlows: async () => [],
    saveFlows: async () => {},
    getCredentials: async () => (secret ? sealedNothing(secret) : {}),
    saveCredentials: async () => {},
    close() {},
  };
}
