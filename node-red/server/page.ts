/** A built page of `web/pages/` and its files, under a strict policy. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { NextFunction, Request, RequestHandler, Response, Router } from 'express';
import type { NodeAPI } from 'node-red';
import { nodesOfType, type Red } from '../red.ts';
import { FRAME_ANCESTORS } from './framing.ts';

const CSP = `${FRAME_ANCESTORS}; default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src 'self'; base-uri 'none'; form-action 'self'`;
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.svg': 'image/svg+xml',
};

/** Middleware. */
export function policies(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('content-security-policy', CSP);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  next();
}

/** @param paths the page's, without a slash at the end. @param first what a request passes before, in order */
export function servePage(app: Router, paths: string[], name: string, webFolder: string, ...first: RequestHandler[]) {
  // The page's addresses are relative to the path without the last slash.
  app.get(
    paths.map((page) => new RegExp(`^${page}/$`)),
    ...first,
    (request, response) => response.redirect(308, request.originalUrl.replace(/\/(\?|$)/, '$1')),
  );
  app.get(paths, ...first, (_request, response) => void sendFile(response, webFolder, `${name}.html`));
  app.get(
    paths.map((page) => `${page}/assets/:file`),
    ...first,
    (request, response) => void sendFile(response, webFolder, request.params.file!),
  );
}

async function sendFile(response: Response, folder: string, file: string): Promise<void> {
  const safe = /^[\w.-]+$/.test(file) && !file.startsWith('.');
  const content = safe ? await readFile(path.join(folder, file)).catch(() => null) : null;
  if (!content) {
    response.status(404).type('text/plain').send('Not found.');
    return;
  }
  response.type(TYPES[path.extname(file)] ?? 'application/octet-stream').send(content);
}

/** Middleware: what is told is kept nowhere on the way. */
export function unkept(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('cache-control', 'no-store');
  next();
}

/** Where the editor is; undefined where it is switched off. */
export function editorPath(RED: NodeAPI): string | undefined {
  const { httpAdminRoot, disableEditor } = RED.settings as { httpAdminRoot?: unknown; disableEditor?: unknown };
  if (typeof httpAdminRoot !== 'string' || disableEditor === true) return undefined;
  return `/${httpAdminRoot}/`.replace(/\/{2,}/g, '/');
}

/** Whether a flow answers there itself. */
export const isTaken = (RED: NodeAPI, page: string): boolean =>
  nodesOfType(RED as unknown as Red, 'http in').some(
    ({ method, url, d: disabled }) => method === 'get' && !disabled && `/${url ?? ''}`.replace(/^\/+/, '/') === page,
  );
