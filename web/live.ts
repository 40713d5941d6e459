/** The one event stream of a tab: what happens on the server, told to whatever on the page wants to know. */
import { api, apiRoot } from './api.ts';

/** See `core/model/live.ts` for the kinds. */
export type LiveEvent = { kind: string; [field: string]: unknown };

/** Milliseconds until a refused stream is asked for again; broken ones the browser repeats by itself. */
const AGAIN_MS = 4_000;

const listeners = new Set<(event: LiveEvent) => void>();
let source: EventSource | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The newest event's id: a stream that is asked for anew goes on behind it. */
let last = '';

/** Told of each event, until the returned function is called. After a gap that cannot be filled there is an event `resync`. */
export function live(listener: (event: LiveEvent) => void): () => void {
  listeners.add(listener);
  if (!source) open();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
}

async function again(): Promise<void> {
  await api('/session').catch(() => {});
  if (listeners.size > 0) open();
}

function open(): void {
  const after = last ? `?after=${encodeURIComponent(last)}` : '';
  source = new EventSource(`${apiRoot(location.pathname)}/events${after}`);
  source.onmessage = ({ data, lastEventId }: MessageEvent<string>) => {
    last = lastEventId;
    const event = JSON.parse(data) as LiveEvent;
    for (const listener of listeners) listener(event);
  };
  source.onerror = () => {
    // The server said no: the browser has given up. Who is signed in no more is led to where one signs in.
    if (source?.readyState === EventSource.CLOSED) timer = setTimeout(again, AGAIN_MS);
  };
}
