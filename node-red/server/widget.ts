/** The buttons that a shop puts on its own site: one file, for pages of other sites too. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Router } from 'express';

/** A page takes it again from its cache for so long, then asks whether it is still the same. */
const KEPT_S = 600;

/** @param at its address. @param web the folder of the built pages */
export function serveWidget(app: Router, at: string, web: string): void {
  const file = readFile(path.join(web, 'widget.js')).then(
    (content) => ({ content, tag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"` }),
    () => undefined,
  );
  app.get(at, async (request, response) => {
    const found = await file;
    if (!found) {
      response.status(404).type('text/plain').send('Not found.');
      return;
    }
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', `public, max-age=${KEPT_S}`);
    response.setHeader('etag', found.tag);
    if (request.headers['if-none-match'] === found.tag) response.status(304).end();
    else response.type('text/javascript').send(found.content);
  });
}
