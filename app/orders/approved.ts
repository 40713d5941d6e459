/** What says a turn's message where the platform takes no free text: the approved template of its event, in the customer's language, filled. */
import type { MessageTemplate, OrderEvent } from '../../core/model.ts';
import { type ApprovedTemplates, approvedFor, fillApproved } from '../../core/orders/approved.ts';
import type { Variant } from '../../core/orders/experiment.ts';
import { windowClosed } from '../../core/policy/rules.ts';
import type { LiveTurn } from '../turn.ts';

export interface ApprovedOptions {
  /** Those of a variant; undefined: there are none. */
  approved(event: OrderEvent, variant: string | undefined): ApprovedTemplates;
  experiment: { variants: readonly Variant[] } | undefined;
}

export interface Approved {
  /** Why the platform takes no free text now; null: it does. */
  closed: string | null;
  /** Absent where none can say it, with the reason. */
  template?: MessageTemplate;
  lacks: string;
  /** The variants have templates of their own: who gets one sees his variant. */
  differs: boolean;
}

export function approvedOf(
  { about, account, contact, conversation }: LiveTurn,
  { approved, experiment }: ApprovedOptions,
  variant: string | undefined,
  now: number,
): Approved {
  const { order, followUp } = about!;
  const { capabilities, renderTemplate } = account.channel;
  const languages = [contact?.language, order.customer.language, account.language];
  const of = (id: string | undefined) =>
    renderTemplate ? approvedFor(approved(followUp.event, id), languages) : undefined;
  const found = of(variant);
  const filling =
    found && fillApproved(found.template, order, { language: found.language, timezone: account.timezone });
  return {
    closed: windowClosed({ conversation, now, windowHours: capabilities.windowHours }),
    ...(filling?.ok
      ? { template: filling.template, lacks: '' }
      : { lacks: filling?.reason ?? 'There is no template for it.' }),
    differs: new Set(experiment?.variants.map(({ id }) => of(id)?.template)).size > 1,
  };
}
