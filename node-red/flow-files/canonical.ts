/**
 * Flow files as data: how a list of Node-RED nodes is cut into files and put together again, always in the same form, so that
 * what a person changes in the editor is what git shows. Pure; `storage.ts` does the reading and writing.
 */
import { DragomanError } from '../../core/errors.ts';
import { brokenLine } from './json-line.ts';

export interface FlowNode {
  id: string;
  type: string;
  z?: string;
  [property: string]: unknown;
}

/** What lies in the folder: the nodes of each file, and the ids of the tabs from left to right. */
export interface FlowFolder {
  files: Map<string, FlowNode[]>;
  order: string[];
}

/** Nodes that belong to no tab: config nodes, the editor's global settings. */
const GLOBAL_FILE = 'global.json';
export const ORDER_FILE = 'order.json';

const FIRST = ['id', 'type', 'z', 'g', 'label', 'name'];
const LAST = ['x', 'y', 'w', 'h', 'wires'];
/** Node-RED keeps secrets apart; a file made by hand may hold them all the same, and must not spread them. */
const NEVER = ['credentials'];
/** Names that Windows reserves. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d|global|order)$/;
const LONGEST_NAME = 60;

const isHead = (node: FlowNode): boolean => node.type === 'tab' || node.type === 'subflow';
const byId = (a: FlowNode, b: FlowNode): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

/** The same node with its keys in the order of the files: what it is, what it does, where it stands. */
export function canonicalNode(node: FlowNode): FlowNode {
  const special = new Set([...FIRST, ...LAST, ...NEVER]);
  const own = Object.keys(node)
    .filter((key) => !special.has(key))
    .sort();
  const keys = [...FIRST, ...own, ...LAST].filter((key) => node[key] !== undefined);
  return Object.fromEntries(keys.map((key) => [key, sortKeys(node[key])])) as FlowNode;
}

/** The text of a file: two spaces, every value on a line of its own, so that a moved node changes one line. */
export function fileText(content: FlowNode[] | string[]): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** A file's base name from a tab's label, in any script: “Réponses — FAQ” → `reponses-faq`. */
export function slug(label: string): string {
  const plain = label.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  const words = plain
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-');
  const cut = [...words.replace(/^-/, '')].slice(0, LONGEST_NAME).join('').replace(/-$/, '');
  if (!cut) return 'flow';
  return RESERVED.test(cut) ? `flow-${cut}` : cut;
}

function newName(head: FlowNode, taken: Set<string>): string {
  const label = [head.label, head.name].find((text) => typeof text === 'string' && text !== '') ?? '';
  const base = (head.type === 'subflow' ? 'subflow-' : '') + slug(String(label));
  let name = `${base}.json`;
  for (let count = 2; taken.has(name); count++) name = `${base}-${count}.json`;
  return name;
}

/**
 * Cuts all nodes into files. A tab or subflow keeps the file that it has, whatever its label says now.
 * @param names the file of each tab and subflow by id, as `namesOf` tells it
 */
export function splitFlows(nodes: FlowNode[], names: Map<string, string>): FlowFolder {
  const heads = nodes.filter(isHead);
  const taken = new Set(heads.flatMap((head) => names.get(head.id)?.toLowerCase() ?? []));
  const files = new Map<string, FlowNode[]>();
  const listOf = new Map<string, FlowNode[]>();
  for (const head of heads) {
    const name = names.get(head.id) ?? newName(head, taken);
    taken.add(name.toLowerCase());
    const list = [canonicalNode(head)];
    files.set(name, list);
    listOf.set(head.id, list);
  }
  const rest: FlowNode[] = [];
  for (const node of nodes.filter((one) => !isHead(one)).sort(byId))
    (listOf.get(node.z ?? '') ?? rest).push(canonicalNode(node));
  if (rest.length) files.set(GLOBAL_FILE, rest);
  return { files, order: heads.filter((head) => head.type === 'tab').map((head) => head.id) };
}

/** All nodes as one list, in the one order that Node-RED's revision is taken from: tabs, subflows, config nodes, nodes. */
export function joinFlows({ files, order }: FlowFolder): FlowNode[] {
  const place = (nodes: FlowNode[]): number => {
    const at = order.indexOf(nodes.find(isHead)?.id ?? '');
    return at < 0 ? order.length : at;
  };
  const parts = [...files]
    .filter(([name]) => name !== GLOBAL_FILE)
    .sort(([a, left], [b, right]) => place(left) - place(right) || (a < b ? -1 : 1))
    .map(([, nodes]) => nodes);
  const all = [...parts, files.get(GLOBAL_FILE) ?? []].flat();
  return [
    ...all.filter((node) => node.type === 'tab'),
    ...all.filter((node) => node.type === 'subflow'),
    ...(files.get(GLOBAL_FILE) ?? []).filter((node) => !isHead(node)),
    ...parts.flat().filter((node) => !isHead(node)),
  ];
}

const broken = (file: string, what: string, action: string): DragomanError =>
  new DragomanError('FLOW_FILE_BROKEN', `The flow file ${file} ${what}.`, action);

function parseJson(file: string, text: string): unknown {
  const marker = text.split('\n').findIndex((line) => /^(<{7}|={7}|>{7})/.test(line));
  if (marker >= 0)
    throw broken(file, `holds an unfinished git merge at line ${marker + 1}`, 'Finish the merge and save the file.');
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw broken(file, `is not valid JSON at line ${brokenLine(text)}`, 'Repair the file or restore it from git.');
  }
}

const isNode = (value: unknown): value is FlowNode =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value.id === 'string' &&
  'type' in value &&
  typeof value.type === 'string';

/** @throws DragomanError FLOW_FILE_BROKEN naming the file and where it is broken */
export function parseFlowFile(file: string, text: string): FlowNode[] {
  const nodes = parseJson(file, text);
  if (!Array.isArray(nodes))
    throw broken(file, 'is not a list of nodes', 'Move it out of the flow folder or repair it.');
  const at = nodes.findIndex((node) => !isNode(node));
  if (at >= 0) throw broken(file, `has no id or no type in entry ${at + 1}`, 'Repair the file or restore it from git.');
  return nodes.map(canonicalNode);
}

/** @throws DragomanError FLOW_FILE_BROKEN */
export function parseOrder(text: string): string[] {
  const order = parseJson(ORDER_FILE, text);
  if (Array.isArray(order) && order.every((id) => typeof id === 'string')) return order;
  throw broken(ORDER_FILE, 'is not a list of tab ids', 'Repair it, or delete it to order the tabs by file name.');
}

/** Two nodes of one id would make Node-RED run one and lose the other at the next save. @throws DragomanError FLOW_FILE_BROKEN */
export function checkUnique(files: Map<string, FlowNode[]>): void {
  const seen = new Map<string, string>();
  for (const [file, nodes] of files)
    for (const { id } of nodes) {
      const first = seen.get(id);
      if (first)
        throw broken(
          file,
          first === file ? `has the node ${id} twice` : `has the node ${id}, which ${first} has too`,
          'Delete one of the two, or give it another id.',
        );
      seen.set(id, file);
    }
}

/** The file of each tab and subflow, as it was read. A file that holds two keeps the first; the other gets its own when saved. */
export function namesOf(files: Map<string, FlowNode[]>): Map<string, string> {
  const heads = [...files].flatMap(([file, nodes]) => {
    const head = nodes.find(isHead);
    return head && file !== GLOBAL_FILE ? ([[head.id, file]] as const) : [];
  });
  return new Map(heads);
}
