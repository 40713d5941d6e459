import type { NodeAPI } from 'node-red';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { migrations } from './migrations.ts';

interface Config {
  /** Knowledge base; empty: `pharmacy`. */
  base: string;
}

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'catalogue',
    migrations,
    create({ config, status }) {
      return {
        async input(msg, send) {
          status('busy', 'reading');
          const written = await engine().catalogue.export(config.base);
          const count = written.written.length + written.removed.length;
          if (count > 0) status('ok', 'changed', { count });
          else status('ok', 'same');
          msg.payload = written;
          send(msg);
        },
      };
    },
  });
}
