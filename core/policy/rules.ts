/**
 * One list of rules, used twice: gates look at them while a turn is decided, the gateway once more at the moment of the send, so that a human,
 * an opt-out or a closed window that came meanwhile always wins.
 */
import type { Conversation, Decision, Purpose } from '../model.ts';
import { loopReason } from './loop.ts';

export interface PolicyContext {
  conversation: Conversation;
  now: number;
  purpose: Purpose;
  /** The turn that says it: its own words go out, though its end changed the status. */
  turnId?: string | null;
  /** Hours after the customer's last message in which free text may be sent; undefined: no such window. */
  windowHours?: number;
}

interface Rule {
  name: 'consent' | 'status' | 'takeover' | 'reach' | 'window' | 'loop';
  /** What it holds for; a human's own words are bound by the platform's rules only. */
  purposes: readonly Purpose[];
  /** A sentence why not, or null. */
  blocks(context: PolicyContext): string | null;
  /** Said when it alone was asked and does not block. */
  passes: string;
}

export type RuleName = Rule['name'];

/** 8.64e15 ms is the last instant that a Date can hold. */
const iso = (at: number) => new Date(Math.min(at, 8.64e15)).toISOString();

export const RULES: readonly Rule[] = [
  {
    name: 'consent',
    passes: 'The contact has not opted out.',
    purposes: ['reply', 'approved'],
    blocks: ({ conversation }) =>
      conversation.optedOutAt ? `The contact opted out at ${iso(conversation.optedOutAt)}.` : null,
  },
  {
    name: 'status',
    passes: 'The conversation is active.',
    purposes: ['reply', 'confirmation'],
    blocks: ({ conversation, turnId }) =>
      conversation.status === 'active' || (turnId && turnId === conversation.statusNote?.turnId)
        ? null
        : `The conversation's status is "${conversation.status}", not "active".`,
  },
  {
    name: 'takeover',
    passes: 'No human has the conversation.',
    purposes: ['reply', 'confirmation'],
    blocks: ({ conversation, now }) =>
      conversation.humanUntil > now ? `A human has the conversation until ${iso(conversation.humanUntil)}.` : null,
  },
  {
    name: 'reach',
    passes: 'The contact can be reached.',
    purposes: ['reply', 'confirmation', 'human', 'approved'],
    blocks: ({ conversation }) =>
      conversation.blockedAt ? `The contact blocked this account at ${iso(conversation.blockedAt)}.` : null,
  },
  {
    name: 'window',
    passes: "The platform's window is open.",
    purposes: ['reply', 'confirmation', 'human', 'approved'],
    blocks: ({ conversation, now, windowHours }) => {
      if (windowHours === undefined) return null;
      const closes = conversation.lastInboundAt + windowHours * 3_600_000;
      return now < closes ? null : `The platform's ${windowHours}-hour window closed at ${iso(closes)}.`;
    },
  },
  {
    name: 'loop',
    passes: 'No two programs answer each other.',
    purposes: ['reply'],
    blocks: ({ conversation }) => loopReason(conversation.exchange),
  },
];

/**
 * The first rule that blocks, or a pass.
 * @param gate who asks: a node's type, or `gateway`.
 * @param only look at these rules; all that hold for the purpose when absent.
 */
export function judge(gate: string, context: PolicyContext, only?: readonly RuleName[]): Decision {
  const asked = RULES.filter((rule) => (only ? only.includes(rule.name) : rule.purposes.includes(context.purpose)));
  for (const rule of asked) {
    const reason = rule.blocks(context);
    if (reason) return { gate, result: 'block', rule: rule.name, reason, at: context.now };
  }
  const reason = asked.length === 1 ? asked[0]!.passes : 'No rule blocks.';
  return { gate, result: 'pass', rule: asked.map((rule) => rule.name).join(','), reason, at: context.now };
}
