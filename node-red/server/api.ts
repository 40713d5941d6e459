/** The interface at its old paths, which have no version, and `/metrics`: for who has the token (for commands in a file that only the server's user reads). */
import { renameSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import path from 'node:path';
import type { NextFunction, Request, Response, Router } from 'express';
import type { NodeAPI } from 'node-red';
import type { Engine } from '../../app/engine.ts';
import { API_FILE, type ApiFile } from '../../core/api.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import { engineOrReason } from '../current.ts';
import { httpServer, type Red } from '../red.ts';
import { addressOf } from './address.ts';
import { apiToken, bringsToken } from './api-token.ts';
import type { Standing } from './health.ts';
import { serveMetrics } from './metrics.ts';
import { simulatorKey } from './near.ts';
import { sendError } from './respond.ts';
import { firstRoutes } from './routes/all.ts';
import { serveRoutes } from './routes.ts';

const ROOT = '/dragoman/api';

/**
 * @param metrics where the figures for Prometheus are served, behind the same door
 * @param linesRoot what stands before `/chat` in a socket's address
 */
export function serveApi(RED: NodeAPI, app: Router, metrics: string[], linesRoot: string, standing: Standing): void {
  const current = engineOrReason();
  if (!('engine' in current)) return;
  announceTo(current.engine, RED, apiToken());

  app.use([ROOT, ...metrics], (request: Request, response: Response, next: NextFunction) => {
    if (bringsToken(request.headers)) next();
    else
      sendError(
        response,
        new DragomanError(
          'UNAUTHORIZED',
          'The token is missing or wrong.',
          'Send "Authorization: Bearer …" with what DRAGOMAN_API_TOKEN says; on the server itself, use the commands.',
        ),
      );
  });
  serveRoutes(RED, app, ROOT, firstRoutes(linesRoot));
  serveMetrics(RED, app, metrics, standing);
}

/** Writes the `ApiFile` once the server listens, which is after the flows' start where Node-RED is embedded. */
function announceTo({ dataFolder, log }: Engine, RED: NodeAPI, token: string): void {
  const server = httpServer(RED as unknown as Red) as Server | undefined;
  const write = () => {
    const address = server?.address();
    const url = addressOf(RED);
    if (typeof address !== 'object' || address === null || url === undefined) return;
    const { port } = address;
    const simulator = `${url}/dragoman/simulator?key=${simulatorKey}`;
    const content: ApiFile = { pid: process.pid, port, url, token, simulator };
    const file = path.join(dataFolder, API_FILE);
    try {
      writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch (error) {
      log.warn(`Commands that act will not find this server: ${describe(error)}`);
    }
  };
  if (server?.listening) write();
  else server?.on('listening', write);
}
