import type { NodeAPI } from 'node-red';
import { type ChosenTool, type McpState, mcpTools } from '../../adapters/tools/mcp.ts';
import { placeOf } from '../../adapters/tools/mcp-place.ts';
import { argumentsFrom } from '../../app/tools/config.ts';
import { setting } from '../../core/settings.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { migrations } from './migrations.ts';

export interface ToolMcpConfig {
  /** How the server is reached: at an address, or as a program that the deployment declares. */
  way: 'url' | 'program';
  url: string;
  /** A name in DRAGOMAN_MCP_SERVERS. */
  program: string;
  /** The name of the header that holds the secret, at an address. */
  secretHeader: string;
  /** Stands before the names of its tools. */
  prefix: string;
  /** As they were when somebody ticked them. */
  tools: ChosenTool[];
  /** A JSON object as text: arguments that the model neither sees nor gives, with placeholders. */
  fixed: string;
  timeoutSeconds: number;
}

export default function register(RED: NodeAPI): void {
  defineNode<ToolMcpConfig, { secret: string }>(RED, {
    name: 'tool-mcp',
    migrations,
    credentials: { secret: { type: 'password' } },
    create({ config, credentials: { secret = '' }, status }) {
      const { clock, log, tools } = engine();
      const show = ({ away, refused, changed, missing, offered }: McpState) => {
        if (away) status('warn', 'away');
        else if (refused > 0) status('error', 'refused', { count: refused });
        else if (changed > 0) status('warn', 'changed', { count: changed });
        else if (missing > 0) status('warn', 'missing', { count: missing });
        else status('ok', 'offered', { count: offered });
      };
      return mcpTools({
        place: placeOf({ ...config, secret }, setting('mcpServers')),
        prefix: config.prefix,
        chosen: config.tools,
        fixed: argumentsFrom(config.fixed),
        timeoutMs: config.timeoutSeconds * 1000,
        ...{ clock, log },
        add: tools.box.add,
        onState: show,
      });
    },
  });
}
