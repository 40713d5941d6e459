/** What the editor calls a node, and the flow that it is in. */
import type { NodeAPI } from 'node-red';

interface Named {
  id: string;
  type: string;
  z?: string;
  name?: string;
  label?: string;
  /** Of a node inside a subflow: its id there. */
  _alias?: string;
}

/** `"Answer" (llm) in "ISP helpdesk"`; the id of one that is not there. */
export function nodeName(RED: Pick<NodeAPI, 'nodes'>, id: string): string {
  const { node, flow } = find(RED, id);
  if (!node) return id;
  const type = node.type.replace(/^dragoman-/, '');
  return `${node.name ? `"${node.name}" (${type})` : type}${flow ? ` in "${flow}"` : ''}`;
}

/** What the editor calls a node, and by which id it opens it: of one inside a subflow that of its template. */
export function nodeRef(RED: Pick<NodeAPI, 'nodes'>, id: string): { id: string; name: string } {
  return { id: find(RED, id).node?.id ?? id, name: nodeName(RED, id) };
}

/** The name of the tab or subflow; empty where there is none. */
export const flowName = (RED: Pick<NodeAPI, 'nodes'>, id: string): string => find(RED, id).flow;

function find(RED: Pick<NodeAPI, 'nodes'>, id: string): { node: Named | null; flow: string } {
  const running = RED.nodes.getNode(id) as unknown as Named | null;
  const named = new Map<string, Named>();
  const wanted = running?._alias ?? id;
  RED.nodes.eachNode((each) => {
    const node = each as unknown as Named;
    if (node.id === wanted || node.type === 'tab' || node.type === 'subflow') named.set(node.id, node);
  });
  const node = named.get(wanted) ?? running;
  const flow = named.get(node?.z ?? '');
  return { node, flow: flow?.label || flow?.name || '' };
}
