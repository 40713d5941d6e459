/** What Instagram's error codes mean for a send. Facts: "Error codes" of the Messenger Platform, which Instagram shares. */
import type { GraphRule } from '../shared/meta.ts';

const WRITE_FIRST = 'The customer must write first: messages go out only within 24 hours of his last one.';

/** The first rule that fits decides. */
export const RULES: readonly GraphRule[] = [
  { codes: [190], failure: 'account', action: 'Give the account a new access token; the old one ended.' },
  {
    subcodes: [2534022],
    failure: 'window',
    action: WRITE_FIRST,
  },
  {
    codes: [10],
    match: /outside of (the )?allowed window/i,
    failure: 'window',
    action: WRITE_FIRST,
  },
  {
    codes: [551],
    failure: 'recipient',
    // Instagram does not tell whether he blocked the account, left, or restricts messages.
    action: 'The customer cannot be reached on Instagram now; resend later, or wait until he writes.',
  },
  { subcodes: [2534014], failure: 'recipient', action: 'Instagram does not know this customer; he must write again.' },
  { subcodes: [2534001], failure: 'recipient', action: 'The conversation was deleted; the customer must write again.' },
  {
    subcodes: [2534025],
    failure: 'recipient',
    action: 'A comment can be answered privately only once; the customer must write.',
  },
  {
    codes: [10],
    match: /thread owner/i,
    failure: 'request',
    action: 'Another app has this conversation; take it over there, then resend the message.',
  },
  {
    codes: [10],
    range: [200, 299],
    failure: 'account',
    action: 'Give the access token the permission instagram_business_manage_messages.',
  },
  {
    codes: [1, 2, 4, 17, 32, 341, 613, 80002, 80007],
    failure: 'retry',
    action: 'Instagram is busy or asks to slow down.',
  },
  { subcodes: [2534013], failure: 'request', action: 'Instagram’s policy forbids this message; change its content.' },
];
