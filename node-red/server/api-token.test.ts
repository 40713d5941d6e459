import { afterEach, describe, expect, it, vi } from 'vitest';
import { apiToken, bringsToken } from './api-token.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the token', () => {
  it('is made once, long, where none is set', () => {
    vi.stubEnv('DRAGOMAN_API_TOKEN', '');
    expect(apiToken()).toMatch(/^[\w-]{43}$/);
    expect(apiToken()).toBe(apiToken());
    expect(bringsToken({ authorization: `Bearer ${apiToken()}` })).toBe(true);
    for (const authorization of ['', 'Bearer ', 'Bearer undefined'])
      expect(bringsToken({ authorization }), authorization).toBe(false);
  });

  it.each<[Record<string, string>, boolean]>([
    [{ authorization: 'Bearer word-of-a-test' }, true],
    [{ authorization: 'bearer word-of-a-test' }, true],
    [{ 'x-api-key': 'word-of-a-test' }, true],
    [{ authorization: 'Bearer word-of-a-tes' }, false],
    [{ authorization: 'Bearer word-of-a-test ' }, false],
    [{ authorization: 'Basic word-of-a-test' }, false],
    [{ 'x-api-key': 'слово-испытания' }, false],
    [{}, false],
  ])('is the one that is set: %j', (headers, opens) => {
    vi.stubEnv('DRAGOMAN_API_TOKEN', 'word-of-a-test');
    expect(bringsToken(headers)).toBe(opens);
  });
});
