import { ORDER_EVENTS, type OrderEvent } from '../../core/model/order.ts';
import type { ApprovedTemplates } from '../../core/orders/approved.ts';
import type { Variant } from '../../core/orders/experiment.ts';
import type { Templates } from '../../core/orders/template.ts';
import { DEFAULT_TEXTS, type OrderTexts } from '../../core/orders/texts.ts';

/** The two texts of an event: what is said, and what is said where the order lacks something that it needs. */
export const TEXT_KINDS = ['template', 'fallback'] as const;
export type TextKind = (typeof TEXT_KINDS)[number];

/** What the integrator wrote; what he left out is ours. Of what a platform approved there is nothing of ours. */
export type OwnTexts = Partial<
  Record<OrderEvent, Partial<Record<TextKind, Templates>> & { approved?: ApprovedTemplates }>
>;

export interface Config {
  provider: string;
  usesModel: boolean;
  /** How a model is to sound. */
  style: string;
  /** Where the model has no words the template is said: `on`, `off`; empty: as the environment says. */
  fallback: string;
  texts: OwnTexts;
  /** Name of the A/B test; another name parts the contacts anew. */
  experiment: string;
  /** None: there is no test. */
  variants: (Variant & { texts: OwnTexts })[];
}

/** Templates for where the platform takes no free text: the variant's before the node's, language by language. */
export const approvedOf = (
  { texts, variants }: Pick<Config, 'texts' | 'variants'>,
  event: OrderEvent,
  id?: string,
): ApprovedTemplates => ({
  ...texts[event]?.approved,
  ...variants.find((one) => one.id === id)?.texts[event]?.approved,
});

/** The events that have such a template, of whichever variant. */
export const approvedEvents = ({ texts, variants }: Pick<Config, 'texts' | 'variants'>): OrderEvent[] =>
  ORDER_EVENTS.filter((event) =>
    [texts, ...variants.map((variant) => variant.texts)].some(
      (own) => Object.keys(own[event]?.approved ?? {}).length > 0,
    ),
  );

/** What holds: the variant's words before the node's, and these before ours, language by language. */
export function textsOf(
  config: Pick<Config, 'texts' | 'style' | 'variants'>,
  event: OrderEvent,
  id?: string,
): OrderTexts {
  const variant = config.variants.find((one) => one.id === id);
  const of = (kind: TextKind): Templates => {
    const own = { ...config.texts[event]?.[kind], ...variant?.texts[event]?.[kind] };
    // The first one is said to whoever speaks none of them, so ours come last.
    return { ...own, ...Object.fromEntries(Object.entries(DEFAULT_TEXTS[event][kind]).filter(([code]) => !own[code])) };
  };
  return { template: of('template'), fallback: of('fallback'), style: config.style };
}
