/** What the Cloud API's error codes mean for a send. Facts: "Error codes" of the WhatsApp Business Platform. */
import type { GraphRule } from '../shared/meta.ts';

/** The first rule that fits decides. */
export const RULES: readonly GraphRule[] = [
  { codes: [0, 190], failure: 'account', action: 'Give the account a new access token; the old one ended.' },
  {
    codes: [3, 10],
    range: [200, 299],
    failure: 'account',
    action: 'Give the access token the permission whatsapp_business_messaging for this number.',
  },
  {
    codes: [33, 131045, 133010],
    failure: 'account',
    action: 'Check the phone number id of the account and register the number with the Cloud API.',
  },
  {
    codes: [368, 130497, 131031],
    failure: 'account',
    action: 'WhatsApp restricted the business account; see Business Support in Meta Business Suite.',
  },
  { codes: [131037], failure: 'account', action: 'Have the display name of the number approved in WhatsApp Manager.' },
  { codes: [131042], failure: 'account', action: 'Settle the payment method in Meta Business Suite.' },
  {
    codes: [131047],
    failure: 'window',
    action: 'The customer must write first: free text goes out only within 24 hours of his last message.',
  },
  {
    codes: [131026],
    failure: 'recipient',
    // WhatsApp does not tell which, so that nobody learns who blocked him.
    action: 'WhatsApp could not deliver it: the number may have no WhatsApp or an old one; check it, then resend.',
  },
  { codes: [131021], failure: 'recipient', action: 'Sender and recipient are the same number.' },
  {
    codes: [130403],
    failure: 'recipient',
    action: 'The business account blocked this customer; unblock him in WhatsApp Manager.',
  },
  {
    codes: [131050],
    failure: 'recipient',
    action: 'The customer stopped marketing messages; everything else still reaches him.',
  },
  {
    codes: [131062],
    failure: 'recipient',
    action: 'This kind of message needs the phone number; ask the customer for it.',
  },
  {
    codes: [1, 2, 4, 80007, 130429, 131000, 131016, 131056, 131057, 133004],
    failure: 'retry',
    action: 'WhatsApp is busy or asks to slow down.',
  },
  {
    codes: [131049],
    failure: 'request',
    action:
      'This person has had enough marketing of late, as WhatsApp counts it over all businesses; a template of the category utility is not counted. Resend it tomorrow at the earliest.',
  },
  {
    codes: [130472, 131048, 131064],
    failure: 'request',
    action: 'WhatsApp holds back messages to this customer; resend it tomorrow at the earliest.',
  },
  {
    codes: [131052, 131053],
    failure: 'request',
    action: 'Check that the media URL is public, of a supported type and not too large.',
  },
  {
    codes: [132000, 132012],
    failure: 'request',
    action:
      'The template has other variables than the node gives: copy its body from WhatsApp Manager into order-text.',
  },
  {
    codes: [132001],
    failure: 'request',
    action:
      'WhatsApp has no approved template of this name in this language: compare both, letter by letter, with WhatsApp Manager.',
  },
  { codes: [132005], failure: 'request', action: 'The filled template is too long: give it fewer or shorter fields.' },
  {
    codes: [132007],
    failure: 'request',
    action: 'What is filled in breaks a rule of WhatsApp: no line breaks, and nothing that its policies forbid.',
  },
  {
    codes: [132015],
    failure: 'request',
    action:
      'WhatsApp paused the template, as too many people blocked or reported it. Wait until WhatsApp Manager shows it as active, or name another; then resend.',
  },
  {
    codes: [132016],
    failure: 'request',
    action: 'WhatsApp switched the template off for good: have another one approved, and name it in order-text.',
  },
];
