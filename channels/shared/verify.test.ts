import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { metaHandshake, verifyMeta } from './verify.ts';

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
