/** Messages of requests that a deploy would lose, and their callers wait in vain: they go to the node that replaced their destination. */
import type { ServerResponse } from 'node:http';
import { addHook, isClosed, leadsNowhere, liveNode, type Red, removeHooks } from '../red.ts';
import { refuseLater } from './edge-refusals.ts';
import type { Waiting } from './edge-waiting.ts';

/** A request's message that met no node, kept for the one that comes. */
interface Stranded {
  nodeId: string;
  msg: object;
  response: ServerResponse;
  /** A node had it and was closed; else it may have been a wire to a disabled node, and another one answers. */
  taken: boolean;
}

const LABEL = 'dragoman-edge';

/** @param ours whether a destination, by its id, is one of those that are seen to. @returns takes it out. */
export function rescueStranded(RED: Red, waiting: Waiting, ours: (nodeId: string) => boolean = () => true): () => void {
  let stranded: Stranded[] = [];

  function strand(msg: object, nodeId: string, taken: boolean): void {
    const response = (msg as { res?: { _res?: ServerResponse } }).res?._res;
    if (!response || response.headersSent || !ours(nodeId)) return;
    stranded.push({ nodeId, msg, response, taken });
    if (waiting.state() === 'running') setImmediate(deliver);
  }

  function deliver(): void {
    if (waiting.state() === 'changing') return;
    const again = stranded;
    stranded = [];
    for (const { nodeId, msg, response, taken } of again) {
      const node = waiting.state() === 'running' ? liveNode(RED, nodeId) : undefined;
      if (node) node.receive(msg);
      else if (taken) refuseLater(response);
    }
  }

  waiting.onSettled(deliver);
  addHook(RED, 'onReceive', LABEL, ({ msg, destination }) => {
    if ('res' in msg && isClosed(destination.node)) strand(msg, destination.id, true);
  });
  addHook(RED, 'preRoute', LABEL, (event) => {
    if ('res' in event.msg && leadsNowhere(event)) strand(event.msg, event.destination.id, false);
  });
  return () => removeHooks(RED, LABEL);
}
