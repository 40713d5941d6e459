import type { Node, NodeAPI } from 'node-red';
import { type HttpToolSpec, httpTool } from '../../adapters/tools/http.ts';
import { readDocument, toolsOf } from '../../adapters/tools/openapi.ts';
import { argumentsFrom, headersFrom, parametersFrom, templateFrom } from '../../app/tools/config.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { addressOf } from '../../node-red/server/address.ts';
import { migrations } from './migrations.ts';

export interface ToolHttpConfig {
  source: 'form' | 'openapi';
  /** What the model calls; by form only, as all that follows up to `oncePerTurn`. */
  tool: string;
  description: string;
  method: HttpToolSpec['method'];
  /** With placeholders, as header values and body; see `HttpToolSpec`. */
  url: string;
  /** JSON Schema of the arguments, as text. */
  parameters: string;
  /** A JSON value as text; empty: the arguments that are not in the URL. */
  body: string;
  sideEffect: boolean;
  oncePerTurn: boolean;
  /** OpenAPI 3 as JSON or YAML, the operations of it that are tools, and a server instead of its own; by document only, as up to `lookup`. */
  document: string;
  operations: string[];
  server: string;
  /** A JSON object as text; see `ToolChoices`. */
  fixed: string;
  lookup: boolean;
  /** For both: lines of `Name: value`, and the name of the header that holds the secret. */
  headers: string;
  secretHeader: string;
  /** The variable that has the secret, of the environment or of the flow; empty: it is typed in. */
  secretVariable: string;
  confirm: boolean;
  /** The server knows the header Idempotency-Key. */
  idempotent: boolean;
  timeoutSeconds: number;
}

export default function register(RED: NodeAPI): void {
  defineNode<ToolHttpConfig, { secret: string }>(RED, {
    name: 'tool-http',
    migrations,
    credentials: { secret: { type: 'password' } },
    create({ node, config, credentials, status }) {
      const headers = headersFrom(config.headers);
      const secret = config.secretVariable ? variable(config.secretVariable, node) : credentials.secret;
      if (config.secretHeader && secret) headers[config.secretHeader] = secret;
      const common = { idempotent: config.idempotent, timeoutMs: config.timeoutSeconds * 1000 };
      const specs = config.source === 'openapi' ? described(config) : [formed(config)];
      const removals: (() => void)[] = [];
      const close = () => {
        for (const remove of removals) remove();
      };
      try {
        for (const spec of specs)
          removals.push(
            engine().tools.box.add(
              httpTool({
                ...spec,
                ...common,
                own: () => addressOf(RED),
                headers: { ...spec.headers, ...headers },
                confirm: config.confirm && spec.sideEffect,
              }),
            ),
          );
      } catch (error) {
        close();
        throw error;
      }
      status('ok', 'offered', { count: specs.length });
      return { close };
    },
  });

  /** Read as Node-RED reads `${NAME}` in a node: from its group, its flow, the environment. */
  function variable(name: string, node: Node): string {
    const value: unknown = RED.util.getSetting(node, name);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  }
}

function formed({ tool, description, method, url, sideEffect, oncePerTurn, ...texts }: ToolHttpConfig): HttpToolSpec {
  const parameters = parametersFrom(texts.parameters);
  return {
    ...{ name: tool, description, method, url, parameters, sideEffect, oncePerTurn },
    body: templateFrom(texts.body),
  };
}

const described = ({ document, operations, server, fixed, lookup }: ToolHttpConfig): HttpToolSpec[] =>
  toolsOf(readDocument(document), operations, { server, lookup, fixed: argumentsFrom(fixed) });
