/**
 * One list of rules, used twice: gates look at them while a turn is decided, the gateway once more at the moment of the send, so that a human,
 * an opt-out or a closed window that came meanwhile always wins.
 */
import type { Conversation, Decision, Purpose } from '../model.ts';
import { loopReason } from './loop.ts';
import {
  blocked,
  inTest,
  lookAgain,
  type OutreachContext,
  outOfHours,
  overCap,
  overDay,
  overtaken,
  type Refusal,
  switchedOff,
  tooAlike,
  withoutConsent,
} from './outreach.ts';
import { because } from './reasons.ts';

export interface PolicyContext {
  conversation: Conversation;
  now: number;
  purpose: Purpose;
  /** The turn that says it: its own words go out, though its end changed the status. */
  turnId?: string | null;
  /** Hours after the customer's last message in which free text may be sent; undefined: no such window. */
  windowHours?: number;
  /** It has, or may get, a template that the platform takes where its window is closed. */
  template?: boolean;
  /** Of what nobody asked for. */
  outreach?: OutreachContext;
}

interface Rule {
  name:
    | 'consent'
    | 'status'
    | 'takeover'
    | 'reach'
    | 'window'
    | 'waiting'
    | 'loop'
    | 'switch'
    | 'overtaken'
    | 'proof'
    | 'customer-cap'
    | 'day-cap'
    | 'sameness'
    | 'hours'
    | 'test';
  /** What it holds for; a human's own words are bound by the platform's rules only. */
  purposes: readonly Purpose[];
  /** A sentence why not, with the moment at which it may be over where there is one; or null. */
  blocks(context: PolicyContext): Refusal | null;
  /** Said when it alone was asked and does not block. */
  passes: string;
}

export type RuleName = Rule['name'];

/** Whether an error's code is a rule's name: what it is about was not to be sent. */
export const isRule = (code: string | undefined): boolean => RULES.some(({ name }) => name === code);

export const RULES: readonly Rule[] = [
  {
    name: 'consent',
    passes: 'The contact has not opted out.',
    purposes: ['reply', 'approved', 'proactive', 'waiting'],
    blocks: ({ conversation }) =>
      conversation.optedOutAt ? because('consent.out', { sinceAt: conversation.optedOutAt }) : null,
  },
  {
    name: 'status',
    passes: 'The conversation is active.',
    purposes: ['reply', 'confirmation', 'proactive'],
    blocks({ conversation, turnId, now }) {
      if (conversation.status === 'active' || (turnId && turnId === conversation.statusNote?.turnId)) return null;
      return lookAgain(because('status', { status: conversation.status }), now);
    },
  },
  {
    name: 'takeover',
    passes: 'No human has the conversation.',
    purposes: ['reply', 'confirmation', 'proactive', 'waiting'],
    blocks: ({ conversation: { humanUntil: until }, now }) =>
      until > now ? { reason: because('takeover', { untilAt: until }), until } : null,
  },
  {
    name: 'reach',
    passes: 'The contact can be reached.',
    purposes: ['reply', 'confirmation', 'human', 'approved', 'proactive', 'waiting'],
    blocks: ({ conversation }) =>
      conversation.blockedAt ? because('blocked', { sinceAt: conversation.blockedAt }) : null,
  },
  {
    name: 'window',
    passes: "The platform's window is open.",
    purposes: ['reply', 'confirmation', 'human', 'approved', 'proactive', 'waiting'],
    blocks(context) {
      const reason = context.template ? null : windowClosed(context);
      return reason && lookAgain(reason, context.now);
    },
  },
  {
    name: 'waiting',
    passes: 'The customer waits for a person.',
    purposes: ['waiting'],
    blocks: ({ conversation }) => (conversation.waitingSince === null ? because('waiting') : null),
  },
  {
    name: 'loop',
    passes: 'No two programs answer each other.',
    purposes: ['reply'],
    blocks: ({ conversation }) => loopReason(conversation.exchange),
  },
  proactive('switch', 'Messages that nobody asked for are switched on.', switchedOff),
  proactive('overtaken', 'It is news still.', overtaken),
  proactive('proof', 'The customer agreed to be written to.', withoutConsent),
  proactive('customer-cap', 'The person has had few enough messages.', overCap),
  proactive('day-cap', 'The account has written few enough messages today.', overDay),
  proactive('sameness', 'Few others were sent the same words.', tooAlike),
  proactive('hours', 'It is a good hour where the customer is.', outOfHours),
  // The last: what is listed would have been sent. A draft about an order stays here too, whoever lets it go out.
  {
    name: 'test',
    passes: 'It is no test.',
    purposes: ['approved', 'proactive'],
    blocks: ({ outreach }) => (outreach ? inTest(outreach) : null),
  },
];

/** Why the platform takes no free text now; null: it does. */
export function windowClosed({
  conversation,
  now,
  windowHours,
}: Pick<PolicyContext, 'conversation' | 'now' | 'windowHours'>): string | null {
  if (windowHours === undefined) return null;
  const closes = conversation.lastInboundAt + windowHours * 3_600_000;
  if (now < closes) return null;
  return conversation.lastInboundAt
    ? because('window', { hours: windowHours, closedAt: closes })
    : because('window.never', { hours: windowHours });
}

/** A rule of what nobody asked for: it looks at the person and the order. */
function proactive(
  name: Rule['name'],
  passes: string,
  blocks: (outreach: OutreachContext, now: number) => Refusal | null,
): Rule {
  return {
    name,
    passes,
    purposes: ['proactive'],
    blocks: ({ outreach, now }) => (outreach ? blocks(outreach, now) : because('unknown')),
  };
}

/**
 * The first rule that blocks, or a pass.
 * @param gate who asks: a node's type, or `gateway`.
 * @param only look at these rules; all that hold for the purpose when absent.
 */
export function judge(gate: string, context: PolicyContext, only?: readonly RuleName[]): Decision {
  const asked = RULES.filter((rule) => (only ? only.includes(rule.name) : rule.purposes.includes(context.purpose)));
  for (const rule of asked) {
    const refusal = rule.blocks(context);
    if (!refusal) continue;
    // Only what nobody asked for is taken up again by itself.
    const final = context.purpose !== 'proactive' && typeof refusal !== 'string';
    return blocked(gate, rule.name, final ? refusal.reason : refusal, context.now);
  }
  const reason = asked.length === 1 ? asked[0]!.passes : 'No rule blocks.';
  return { gate, result: 'pass', rule: asked.map((rule) => rule.name).join(','), reason, at: context.now };
}
