/** The whole table. What stands first answers first. */
import type { NodeAPI } from 'node-red';
import type { Route } from '../routes.ts';
import { callRoutes } from './calls.ts';
import { chatRoutes } from './chats.ts';
import { commandRoutes } from './commands.ts';
import { figuresRoutes } from './figures.ts';
import { handoverRoutes } from './handovers.ts';
import { inboxRoutes } from './inbox.ts';
import { knowledgeRoutes } from './knowledge.ts';
import { liveRoutes } from './live.ts';
import { operatorRoutes } from './operator.ts';
import { orderBoardRoutes, orderRoutes } from './orders.ts';
import { peopleRoutes } from './people.ts';
import { sessionRoutes } from './session.ts';
import { setupRoutes } from './setup.ts';
import { timelineRoutes } from './timeline.ts';

/**
 * @param RED is looked at when a route is asked, not before: the documentation is made without it.
 * @param linesRoot what stands before `/chat` in a socket's address
 */
export const allRoutes = (RED: NodeAPI, linesRoot: string): Route[] => [
  ...sessionRoutes(RED),
  ...liveRoutes,
  ...inboxRoutes,
  ...handoverRoutes,
  ...figuresRoutes(RED),
  ...orderBoardRoutes(RED),
  ...callRoutes,
  ...timelineRoutes(RED),
  ...knowledgeRoutes,
  ...setupRoutes(RED),
  ...firstRoutes(linesRoot),
];

/** Those that were there before the interface had a version: they stay at their old paths as well, for who has the token. */
export const firstRoutes = (linesRoot: string): Route[] => [
  ...commandRoutes,
  ...operatorRoutes,
  ...peopleRoutes,
  ...orderRoutes,
  ...chatRoutes(linesRoot),
];
