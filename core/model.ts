/**
 * The words of Dragoman as types. Plain data that survives JSON; no behaviour, no Node-RED, no platform names but as values.
 * Times are UTC milliseconds. Ids are UUIDv7 text unless said otherwise. Order of receipt is `seq`, never a platform's time.
 */
export type * from './model/call.ts';
export type * from './model/contact.ts';
export * from './model/conversation.ts';
export type * from './model/desk.ts';
export type * from './model/handover.ts';
export type * from './model/json.ts';
export type * from './model/live.ts';
export type * from './model/message.ts';
export * from './model/notice.ts';
export * from './model/order.ts';
export type * from './model/passage.ts';
export type * from './model/session.ts';
export type * from './model/tally.ts';
export type * from './model/tool-run.ts';
export type * from './model/trace.ts';
export type * from './model/turn.ts';
export type * from './model/webhook.ts';
