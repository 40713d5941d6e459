import { expect, it } from 'vitest';
import { type GraphRule, graphFailure, statusError } from './meta.ts';

const RULES: GraphRule[] = [
  { codes: [10], match: /owner/, failure: 'request', action: 'take over' },
  { codes: [10], range: [200, 299], failure: 'account', action: 'permission' },
  { subcodes: [77], failure: 'window', action: 'write first' },
  { codes: [4], failure: 'retry', action: 'slow down' },
];
const judge = (error: Record<string, unknown>, status = 400, headers: Record<string, string> = {}) =>
  graphFailure('META', RULES, { status, headers, json: { error: error as never } });

it.each([
  [{ code: 10, message: 'not the thread owner' }, 400, 'request'],
  [{ code: 10, message: 'permission' }, 400, 'account'],
  [{ code: 250 }, 500, 'account'],
  [{ code: 1, error_subcode: 77 }, 400, 'window'],
  [{ code: 4 }, 400, 'retry'],
  [{ code: 250, is_transient: true }, 400, 'retry'],
  [{ code: 9_999 }, 400, 'request'],
  [{ code: 9_999 }, 503, 'retry'],
  [{ code: 9_999 }, 429, 'retry'],
  [{}, 403, 'account'],
])('%o with HTTP %i is %s', (error, status, failure) => {
  expect(judge(error, status)).toMatchObject({ ok: false, failure });
});

it('tells the platform’s code and details once', () => {
  expect(judge({ code: 4, message: 'a', error_data: { details: 'b' } })).toMatchObject({
    error: { code: 'META_4', message: 'a: b', action: 'slow down' },
  });
  expect(judge({ code: 4, message: 'a', error_data: { details: 'a' } })).toMatchObject({ error: { message: 'a' } });
  expect(graphFailure('META', RULES, { status: 404, headers: {}, json: undefined })).toMatchObject({
    error: { code: 'META_404', message: 'HTTP 404' },
  });
});

it('waits as long as either header says', () => {
  const usage = JSON.stringify({ 1: [{ type: 'messages', estimated_time_to_regain_access: 3 }] });
  expect(judge({ code: 4 }, 400, { 'retry-after': '5' })).toMatchObject({ retryAfterMs: 5_000 });
  expect(judge({ code: 4 }, 400, { 'x-business-use-case-usage': usage })).toMatchObject({ retryAfterMs: 180_000 });
  for (const header of ['{"1":[{"estimated_time_to_regain_access":0}]}', 'no JSON', '[]'])
    expect(judge({ code: 4 }, 400, { 'x-business-use-case-usage': header })).toMatchObject({ retryAfterMs: undefined });
});

it('reads a failed status, also one without a reason', () => {
  expect(statusError('META', RULES, { code: 4, title: 'Slow' })).toEqual({
    code: 'META_4',
    message: 'Slow',
    action: 'slow down',
  });
  expect(statusError('META', RULES, undefined)).toMatchObject({ code: 'META_ERROR', message: 'No reason told.' });
});
