/**
 * Node-RED's storage in a process without an editor: there are no flows until some are handed out (`take.ts`), and nothing is written. What may
 * be in its folder can be lost at any time.
 */

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
    },
    getFlows: async () => [],
    saveFlows: async () => {},
    getCredentials: async () => (secret ? sealedNothing(secret) : {}),
    saveCredentials: async () => {},
    close() {},
  };
}
