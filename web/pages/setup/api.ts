/** The page's HTTP API as the page sees it. The server is `node-red/server/routes/setup.ts`. Times are UTC milliseconds. */
import type { SetupPart, SetupReport } from '../../../core/setup/report.ts';
import { api } from '../../api.ts';

export const report = () => api<SetupReport>('/setup');

/** Asks the account's platform. */
export const check = (account: string) =>
  api<SetupPart>(`/setup/accounts/${encodeURIComponent(account)}/check`, { method: 'POST' });

/** Asks the shop. */
export const askShop = (id: string) =>
  api<SetupPart>(`/setup/shops/${encodeURIComponent(id)}/check`, { method: 'POST' });

/** Tells it to deliver to this server. */
export const register = (account: string) =>
  api<SetupPart>(`/setup/accounts/${encodeURIComponent(account)}/register`, { method: 'POST' });

/** Asks a model one small question. */
export const tryModel = (id: string, prefix: string) =>
  api<SetupPart>(`/setup/models/${encodeURIComponent(id)}/try`, { body: { prefix } });
