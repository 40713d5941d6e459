import { expect, it } from 'vitest';
import { HttpError } from '../../core/errors.ts';
import type { SendResult } from '../../core/ports.ts';
import { postJson, retryAfterMs } from './send.ts';

const failed = (message: string): SendResult => ({
  ok: false,
  failure: 'request',
  error: { code: 'X', message, action: 'do' },
});
const answered = async () => ({ status: 400, headers: {}, text: '{}' });

it('takes secrets and addresses out of what the platform said, also in the form a URL has them', async () => {
  const request = { url: 'http://x', body: {}, hide: ['61:token', '+34600000099', undefined, 5, '7'] };
  const result = await postJson(answered, request, () => failed('61:token 61%3Atoken +34600000099 7'));
  expect(result).toMatchObject({ error: { message: '… … … 7' } });
});

it('takes them out of the client’s own errors as well, and keeps messages short', async () => {
  const broken = async () => {
    throw new HttpError(`cannot reach http://x/bot61:token ${'y'.repeat(2_000)}`, false);
  };
  const result = await postJson(broken, { url: 'http://x', body: {}, hide: ['61:token'] }, () => failed(''));
  expect(result).toMatchObject({ ok: false, failure: 'retry' });
  const message = result.ok ? '' : result.error.message;
  expect(message).toMatch(/^cannot reach http:\/\/x\/bot… y+…$/);
  expect(message.length).toBeLessThanOrEqual(400);
});

it('does not know what happened when the client cannot say whether the request left', async () => {
  const odd = async () => {
    throw new Error('odd');
  };
  expect(await postJson(odd, { url: 'http://x', body: {}, hide: [] }, () => failed(''))).toMatchObject({
    failure: 'unknown',
  });
});

it.each([
  [{ 'retry-after': '3' }, 3_000],
  [{ 'retry-after': '-3' }, 0],
  [{ 'retry-after': 'Fri, 20 Nov 2026 10:00:30 GMT', date: 'Fri, 20 Nov 2026 10:00:00 GMT' }, 30_000],
  [{ 'retry-after': 'Fri, 20 Nov 2026 10:00:30 GMT' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{}, undefined],
])('%o is %s ms', (headers, expected) => {
  expect(retryAfterMs(headers as Record<string, string>)).toBe(expected);
});
