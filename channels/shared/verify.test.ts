import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { metaHandshake, verifyHmac, verifyMeta } from './verify.ts';

const body = new TextEncoder().encode('{"text":"caf\\u00e9 \\/"}');
const signed = (secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

it('takes any of several app secrets, in whatever case the signature is written', () => {
  expect(verifyMeta(body, signed('second'), 'first, second')).toEqual({ ok: true, signed: true });
  expect(verifyMeta(body, signed('first').toUpperCase().replace('SHA', 'sha'), 'first,second').ok).toBe(true);
  expect(verifyMeta(body, signed('third'), 'first,second')).toMatchObject({ ok: false, status: 401 });
});

it('is open only when no secret is set, not when one is empty among others', () => {
  expect(verifyMeta(body, undefined, ' , ')).toEqual({ ok: true, signed: false });
  expect(verifyMeta(body, signed(''), ',first').ok).toBe(false);
});

describe('handshake', () => {
  const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'right', 'hub.challenge': '1158201444' };
  it('gives the challenge back for the right token', () => {
    expect(metaHandshake(query, 'right')).toEqual({ status: 200, body: '1158201444' });
  });
  it.each([
    [{ ...query, 'hub.verify_token': 'wrong' }, 'right'],
    [{ ...query, 'hub.verify_token': '' }, ''],
    [{ ...query, 'hub.mode': 'other' }, 'right'],
    [{}, 'right'],
    [{}, ''],
  ])('refuses %o for the token "%s"', (asked, token) => {
    expect(metaHandshake(asked as Record<string, string>, token).status).toBe(403);
  });
});

describe('verifyHmac', () => {
  // Made with: printf '%s' "$BODY" | openssl dgst -sha512 -hmac 'shop key'
  const BODY = Buffer.from('{"event":"session.status","session":"caf\\u00e9"}');
  const SIGNED =
    'fe6ba566d290a40c88f9c5c2724a200b51fcb60bbc883ec1c9666da7eaf9e384a9d9289983393c6f60695e9d190d14df61ba45214550e2aa014baaab0b90c05b';

  it('accepts what the key signed, whatever the case of its digits', () => {
    for (const sent of [SIGNED, SIGNED.toUpperCase()])
      expect(verifyHmac(BODY, sent, 'shop key', 'X-Webhook-Hmac')).toEqual({ ok: true, signed: true });
  });

  it('refuses another key, another body, a prefix and another algorithm', () => {
    expect(verifyHmac(BODY, SIGNED, 'another key', 'X-Webhook-Hmac').ok).toBe(false);
    expect(verifyHmac(Buffer.from(`${BODY} `), SIGNED, 'shop key', 'X-Webhook-Hmac').ok).toBe(false);
    for (const sent of [undefined, '', `sha512=${SIGNED}`, SIGNED.slice(0, 64), `${SIGNED}00`])
      expect(verifyHmac(BODY, sent, 'shop key', 'X-Webhook-Hmac')).toMatchObject({ ok: false, status: 401 });
  });

  it('lets everything pass while there is no key, and says so', () => {
    expect(verifyHmac(BODY, undefined, '', 'X-Webhook-Hmac')).toEqual({ ok: true, signed: false });
  });
});
