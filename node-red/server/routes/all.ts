/** The whole table. What stands first answers first. */
import type { NodeAPI } from 'node-red';
import type { Route } from '../routes.ts';
import { sessionRoutes } from './session.ts';
import { setupRoutes } from './setup.ts';

/** @param RED is looked at when a route is asked, not before: the documentation is made without it. */
export const allRoutes = (RED: NodeAPI): Route[] => [...sessionRoutes(RED), ...setupRoutes(RED)];
