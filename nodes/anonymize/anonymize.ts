import type { NodeAPI } from 'node-red';
import { note } from '../../app/timeline/notes.ts';
import { type Mask, PERSONAL_KINDS, type PersonalKind } from '../../core/privacy/masking.ts';
import { plural } from '../../core/text/plural.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { migrations } from './migrations.ts';

/** What the node saves. */
export interface AnonymizeConfig {
  /** What is masked in all that leaves for an LLM in this turn. */
  kinds: PersonalKind[];
}

export default function register(RED: NodeAPI): void {
  defineNode<AnonymizeConfig>(RED, {
    name: 'anonymize',
    migrations,
    create: ({ node, config, status }) => ({
      async input(msg, send) {
        const { turns, clock, masking } = engine();
        const live = turns.of(msg);
        const { view } = live;
        // What a message carries of the HTTP call or an earlier node could name the person; what is left is the session.
        for (const property of Object.keys(msg)) if (!KEPT.has(property)) delete msg[property];
        // A list that is missing must not mean that nothing is masked.
        masking.choose(live, config.kinds ?? PERSONAL_KINDS);
        const mask = await masking.of(live);
        // The flow keeps the customer's words; this only tells what the provider will not see of them.
        if (typeof msg.payload === 'string') mask.mask(msg.payload);
        const found = mask.found();
        view.decisions.push({
          gate: 'anonymize',
          result: 'pass',
          rule: 'session',
          reason: `Known from here on as ${view.session}${found.length > 0 ? `; masked: ${counted(found)}` : ''}.`,
          at: clock.now(),
          node: node.id,
        });
        note(live, clock.now(), { kind: 'masked', node: node.id, found });
        const number = found.reduce((sum, { count }) => sum + count, 0);
        if (number > 0) status('ok', 'masked', { number });
        else status('ok', 'anonymous');
        send(msg);
      },
    }),
  });
}

const KEPT = new Set(['_msgid', 'payload', 'topic', 'turn', 'parts']);

const WORDS: Record<PersonalKind, string> = {
  PHONE: 'phone',
  EMAIL: 'e-mail',
  IBAN: 'IBAN',
  CARD: 'card',
  NAME: 'name',
  ID: 'id',
};

const counted = (found: ReturnType<Mask['found']>) =>
  found.map(({ kind, count }) => plural(count, WORDS[kind])).join(', ');
