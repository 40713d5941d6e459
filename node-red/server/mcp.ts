/** The dialog of `tool-mcp` chooses among the programs that the deployment declares, and among the tools that a server has now. */
import type { NodeAPI } from 'node-red';
import { readMcpTools } from '../../adapters/tools/mcp.ts';
import type { Definition } from '../../adapters/tools/mcp-definition.ts';
import { type McpPlace, placeOf, programNames } from '../../adapters/tools/mcp-place.ts';
import { setting } from '../../core/settings.ts';
import { engine } from '../current.ts';
import { named } from './connection.ts';
import { answerJson, errorAnswer, textField } from './respond.ts';

/** What the dialog is told. */
export type McpAnswer = { tools: Definition[] } | ReturnType<typeof errorAnswer>['body'];

/** `GET /dragoman/mcp/programs`, by name; `POST /dragoman/mcp/tools`, for who may change flows. */
export function serveMcp(RED: NodeAPI): void {
  RED.httpAdmin.get(
    '/dragoman/mcp/programs',
    RED.auth.needsPermission('flows.read'),
    answerJson(async () => ({ programs: programNames(setting('mcpServers')) })),
  );
  RED.httpAdmin.post(
    '/dragoman/mcp/tools',
    RED.auth.needsPermission('flows.write'),
    answerJson(async ({ body }) => read(() => placeIn(RED, body))),
  );
}

/** A server that is away is no failure of this one, and none for the browser's console. */
async function read(place: () => McpPlace): Promise<McpAnswer> {
  try {
    return { tools: await readMcpTools(place(), engine().log) };
  } catch (error) {
    return errorAnswer(error).body;
  }
}

/** What is typed, with the stored secret where none is. @throws DragomanError BAD_REQUEST, TOOL_INVALID */
function placeIn(RED: NodeAPI, body: object): McpPlace {
  const typed = named(textField(body, 'secret'));
  const server = {
    way: textField(body, 'way') === 'program' ? ('program' as const) : ('url' as const),
    url: textField(body, 'url'),
    program: textField(body, 'program'),
    secretHeader: textField(body, 'secretHeader'),
    secret: typed || storedSecret(RED, textField(body, 'id')),
  };
  return placeOf(server, setting('mcpServers'));
}

/** Of the deployed node; nothing of other nodes. */
function storedSecret(RED: NodeAPI, id: string): string {
  const node = RED.nodes.getNode(id) as { type: string; credentials?: { secret?: string } } | null;
  return (node?.type === 'dragoman-tool-mcp' && node.credentials?.secret) || '';
}
