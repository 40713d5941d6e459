import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeRed } from '../test/support/node-red.ts';
import { loadSecrets } from './secrets.ts';

const bcrypt = nodeRed('bcryptjs');
const fits = (password: string | undefined, hash: string): boolean => bcrypt.compareSync(password, hash);
let root: string;
let data: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'secrets-'));
  data = path.join(root, 'data');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const kept = (): string => readFileSync(path.join(data, 'secrets.json'), 'utf8');

it('makes both secrets once, tells the password once and keeps its hash only, for the owner alone', () => {
  const first = loadSecrets(data, {});
  expect(first.newPassword).toMatch(/^[\w-]{16}$/);
  expect(fits(first.newPassword, first.adminHash)).toBe(true);
  expect(kept()).not.toContain(first.newPassword);
  expect(statSync(path.join(data, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(loadSecrets(data, {})).toEqual({ ...first, newPassword: undefined });
});

it('lets the environment win at each start and stores nothing of it', () => {
  const own = loadSecrets(data, {});
  const given = loadSecrets(data, { ADMIN_PASSWORD: 'open sesame', CREDENTIAL_SECRET: 'key from outside' });
  expect(fits('open sesame', given.adminHash)).toBe(true);
  expect(given).toMatchObject({ credentialSecret: 'key from outside', newPassword: undefined });
  expect(kept()).not.toMatch(/sesame|outside/);
  expect(loadSecrets(data, {})).toEqual({ ...own, newPassword: undefined });
});

it('writes no file where the environment gives both', () => {
  loadSecrets(data, { ADMIN_PASSWORD: 'a', CREDENTIAL_SECRET: 'b' });
  expect(kept).toThrow('ENOENT');
});

it('makes a password when the given one is gone, and keeps the key of the credentials', () => {
  const given = loadSecrets(data, { ADMIN_PASSWORD: 'a' });
  const later = loadSecrets(data, {});
  expect(fits(later.newPassword, later.adminHash)).toBe(true);
  expect(later.credentialSecret).toBe(given.credentialSecret);
});

it('does not make new secrets over a file that it cannot read', () => {
  loadSecrets(data, {});
  writeFileSync(path.join(data, 'secrets.json'), '{"adminHash": "abc');
  expect(() => loadSecrets(data, {})).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }));
  expect(kept()).toBe('{"adminHash": "abc');
});
