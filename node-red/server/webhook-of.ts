/** Where an account's webhooks come in: the `http in` node that is wired to its channel-in. */
import type { NodeAPI } from 'node-red';

interface Saved {
  id: string;
  type: string;
  z?: string;
  d?: boolean;
  account?: string;
  method?: string;
  url?: string;
  wires?: string[][];
  label?: string;
}

interface Way {
  path: string;
  flow: string;
  flowId: string;
}

/** The path (with the root of `http in` nodes) and its flow's name and id; undefined where nothing leads to the account. */
export function webhookOf(RED: NodeAPI, accountId: string): Way | undefined {
  const nodes = savedIn(RED);
  const entry = nodes.find((node) => node.type === 'dragoman-channel-in' && node.account === accountId && !node.d);
  return entry && leadingTo(RED, nodes, entry.id);
}

/** The same of what is wired to any other node. */
export const wayTo = (RED: NodeAPI, nodeId: string): Way | undefined => leadingTo(RED, savedIn(RED), nodeId);

function savedIn(RED: NodeAPI): Saved[] {
  const nodes: Saved[] = [];
  RED.nodes.eachNode((node) => void nodes.push(node as unknown as Saved));
  return nodes;
}

function leadingTo(RED: NodeAPI, nodes: readonly Saved[], nodeId: string): Way | undefined {
  const source = nodes.find(
    (node) => node.type === 'http in' && node.method === 'post' && !node.d && node.wires?.flat().includes(nodeId),
  );
  if (!source?.url) return undefined;
  const root = String((RED.settings as { httpNodeRoot?: unknown }).httpNodeRoot ?? '/');
  const path = `${root}/${source.url}`.replace(/\/{2,}/g, '/');
  return { path, flow: nodes.find((node) => node.id === source.z)?.label ?? '', flowId: source.z ?? '' };
}
