import type { NodeAPI } from 'node-red';
import { type HttpToolSpec, httpTool } from '../../adapters/tools/http.ts';
import { readDocument, toolsOf } from '../../adapters/tools/openapi.ts';
import { headersFrom, parametersFrom, templateFrom } from '../../app/tools/config.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
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
  /** OpenAPI 3 as JSON or YAML, the operations of it that are tools, and a server instead of its own. */
  document: string;
  operations: string[];
  server: string;
  /** For both: lines of `Name: value`, and the name of the header that holds the secret. */
  headers: string;
  secretHeader: string;
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
    create({ config, credentials, status }) {
      const headers = headersFrom(config.headers);
      if (config.secretHeader && credentials.secret) headers[config.secretHeader] = credentials.secret;
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
}

function formed({ tool, description, method, url, sideEffect, oncePerTurn, ...texts }: ToolHttpConfig): HttpToolSpec {
  const parameters = parametersFrom(texts.parameters);
  return {
    ...{ name: tool, description, method, url, parameters, sideEffect, oncePerTurn },
    body: templateFrom(texts.body),
  };
}

const described = ({ document, operations, server }: ToolHttpConfig): HttpToolSpec[] =>
  toolsOf(readDocument(document), operations, server);
