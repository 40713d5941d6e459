/** The event stream of each open page. */
import type { Response } from 'express';
import { engine } from '../../current.ts';
import type { Route } from '../routes.ts';

/** A line that says nothing, so that nobody in between takes the stream for dead; milliseconds. */
const ALIVE_MS = 20_000;
/** A stream ends after so long, and its page asks again: who may not any more is refused then. Nothing is lost in between. */
const LONGEST_MS = 5 * 60_000;

export const liveRoutes: Route[] = [
  {
    method: 'get',
    path: '/events',
    need: 'dragoman.read',
    summary:
      'What happens, as server-sent events; it goes on behind Last-Event-ID (or `after`), and an event `resync` says that something may be missing.',
    query: { type: 'object', properties: { after: { type: 'string' } } },
    async handle({ query, request, response }) {
      const last = request.headers['last-event-id'];
      stream(response, (typeof last === 'string' && last) || query.after);
      return undefined;
    },
  },
];

function stream(response: Response, after: string | undefined): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    connection: 'keep-alive',
  });
  response.write(': here\n\n');
  const end = engine().live.follow(
    after || undefined,
    (event, id) => void response.write(`id: ${id}\ndata: ${JSON.stringify(event)}\n\n`),
    () => response.end(),
  );
  const alive = setInterval(() => response.write(': still here\n\n'), ALIVE_MS);
  const over = setTimeout(() => response.end(), LONGEST_MS);
  response.on('close', () => {
    clearInterval(alive);
    clearTimeout(over);
    end();
  });
}
