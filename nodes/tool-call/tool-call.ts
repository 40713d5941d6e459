import type { NodeAPI } from 'node-red';
import { parametersFrom } from '../../app/tools/config.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode, type NodeContext, type NodeParts } from '../../node-red/kit/define-node.ts';
import { migrations } from './migrations.ts';

export interface ToolCallConfig {
  mode: 'start' | 'return';
  /** What the model calls; of a start node only, as all that follows. */
  tool: string;
  description: string;
  /** JSON Schema of the arguments, as text. */
  parameters: string;
  sideEffect: boolean;
  confirm: boolean;
  timeoutSeconds: number;
  /** How many ports the box has in this mode, for the editor. */
  inputs: number;
  outputs: number;
}

export default function register(RED: NodeAPI): void {
  defineNode<ToolCallConfig>(RED, {
    name: 'tool-call',
    migrations,
    create: (context) => (context.config.mode === 'return' ? back(context) : start(context)),
  });
}

/** Offers the flow behind it as a tool, and sends each call into it. */
function start({ node, config, status }: NodeContext<ToolCallConfig, object>): NodeParts {
  const { box, flows } = engine().tools;
  const { tool: name, description, sideEffect, confirm, timeoutSeconds } = config;
  const remove = box.add({
    ...{ name, description, sideEffect, confirm },
    parameters: parametersFrom(config.parameters),
    timeoutMs: timeoutSeconds * 1000,
    async run(args, context) {
      status('busy', 'called');
      try {
        const result = await flows.run({ id: node.id, name, send: (msg) => node.send(msg) }, args, context);
        status('ok', 'answered');
        return result;
      } catch (error) {
        status('warn', 'unanswered');
        throw error;
      }
    },
  });
  return {
    close() {
      remove();
      flows.cut(node.id);
    },
  };
}

/** Gives the payload to the model as the result. */
const back = ({ status }: NodeContext<ToolCallConfig, object>): NodeParts => ({
  input(msg) {
    const end = engine().tools.flows.finish(msg);
    status(end === 'done' ? 'ok' : 'warn', end);
  },
});
