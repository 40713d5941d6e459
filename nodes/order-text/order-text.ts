import type { NodeAPI } from 'node-red';
import { wordTurn } from '../../app/orders/word-turn.ts';
import { DragomanError } from '../../core/errors.ts';
import { wrongWithVariants } from '../../core/orders/experiment.ts';
import { isNo, isYes, resolveFor, SETTINGS } from '../../core/settings.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { chosenProvider } from '../chosen-provider.ts';
import { approvedEvents, approvedOf, type Config, textsOf } from './config.ts';
import { migrations } from './migrations.ts';

export default function register(RED: NodeAPI): void {
  defineNode<Config>(RED, {
    name: 'order-text',
    migrations,
    create({ node, config, status }) {
      const { variants } = config;
      if (variants.length > 0 && wrongWithVariants(variants))
        throw new DragomanError(
          'SETTING_INVALID',
          'The variants of the A/B test cannot be told apart, or one has no share.',
          'Correct them in the node’s dialog.',
        );
      const provider = chosenProvider(RED, config.provider);
      const removeTemplates = engine().registry.addTemplates(approvedEvents(config));
      return {
        close: removeTemplates,
        async input(msg, send) {
          const live = engine().turns.of(msg);
          const { envPrefix } = live.account;
          const words = await wordTurn(engine(), live, {
            node: node.id,
            texts: (event, variant) => textsOf(config, event, variant),
            approved: (event, variant) => approvedOf(config, event, variant),
            experiment: variants.length > 0 ? { name: config.experiment, variants } : undefined,
            provider: config.usesModel ? provider(envPrefix) : undefined,
            fallbackEnabled: fallbackOf(config.fallback, envPrefix),
            onAsk: () => status('busy', 'thinking'),
          });
          if (words.kind === 'none') return status('error', 'none');
          if (words.kind === 'held') return status('warn', 'held');
          msg.payload = words.text;
          if (words.kind === 'worded') {
            const { source } = words;
            status(source === 'fallback' ? 'warn' : 'ok', source);
          }
          send(msg);
        },
      };
    },
  });
}

/** @throws DragomanError SETTING_INVALID */
function fallbackOf(own: string, envPrefix: string): boolean {
  const { value, env } = resolveFor(SETTINGS.sellerFallback, process.env, own, envPrefix);
  if (isYes(value)) return true;
  if (isNo(value)) return false;
  throw new DragomanError(
    'SETTING_INVALID',
    `"${value.slice(0, 40)}" is neither true nor false.`,
    `Correct it in ${env}.`,
  );
}
