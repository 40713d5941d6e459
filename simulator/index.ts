/** Stand-ins of the messaging platforms, for the simulator page, tests and scenarios. See README.md. */

export type { Actions } from './actions.ts';
export type { Simulator, SimulatorOptions } from './api.ts';
export type { InstagramAction } from './platforms/instagram-webhooks.ts';
export type { TelegramAction, TelegramCustomer } from './platforms/telegram-webhooks.ts';
export type { WahaAction, WahaCustomer } from './platforms/waha-webhooks.ts';
export type { WhatsappAction, WhatsappCustomer } from './platforms/whatsapp-webhooks.ts';
export { type RunningSimulator, startSimulator } from './server.ts';
export { metaSignature, verifyHandshake } from './signing.ts';
export { createSimulator } from './simulator.ts';
export type {
  Call,
  CallButton,
  CallFilter,
  CallMedia,
  Fault,
  FaultEntry,
  Faults,
  FaultTarget,
  PlatformId,
  Template,
  WebhookOptions,
  WebhookRequest,
} from './types.ts';
