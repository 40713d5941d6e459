/** Files of ours that a platform, or the page of a customer, fetches: whoever knows the address of one gets it, and there is no list. */
import type { Router } from 'express';
import { FILES_PATH } from '../../app/desk/uploads.ts';
import { engine } from '../current.ts';
import { sendError } from './respond.ts';
import { sendFile } from './send-file.ts';

export function serveUploads(app: Router): void {
  app.get(`${FILES_PATH}/:id/:name`, (request, response) => {
    const work = async () => engine().uploads.fetched(request.params.id!);
    work().then(
      ({ content, name }) => {
        response.setHeader('cache-control', 'private, max-age=3600');
        response.setHeader('cross-origin-resource-policy', 'cross-origin');
        sendFile(response, { bytes: Buffer.from(content, 'base64'), name });
      },
      (error: unknown) => sendError(response, error),
    );
  });
}
