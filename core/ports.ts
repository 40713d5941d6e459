/**
 * What core needs from the world: a store, a clock, channels, providers, tools, knowledge. Everything outside implements one of these.
 * They are read here; each lies in a file of its own below `ports/`.
 */
export type * from './ports/channel.ts';
export type * from './ports/chat.ts';
export type * from './ports/desk.ts';
export type * from './ports/fleet.ts';
export type * from './ports/handovers.ts';
export type * from './ports/knowledge.ts';
export type * from './ports/lacks.ts';
export type * from './ports/line.ts';
export type * from './ports/orders.ts';
export type * from './ports/personal-data.ts';
export type * from './ports/provider.ts';
export type * from './ports/records.ts';
export type * from './ports/rollout.ts';
export type * from './ports/sent.ts';
export type * from './ports/sessions.ts';
export type * from './ports/store.ts';
export type * from './ports/tallies.ts';
export type * from './ports/tool.ts';
export type * from './ports/traces.ts';
export type * from './ports/traffic.ts';
export type * from './ports/watching.ts';
export type * from './ports/world.ts';
