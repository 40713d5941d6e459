/** Secrets of accounts that lie in files: there before the first node is made. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';

it('an account has its token from a file, and another one that of its prefix', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'secrets-'));
  const file = async (name: string, text: string) => {
    await writeFile(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const bot = await startDragoman({
    flows: [
      accountConfig('acc'),
      ...entryNodes('acc', '/one', 'out'),
      accountConfig('crm', { envPrefix: 'CRM_' }),
      ...entryNodes('crm', '/two', 'out'),
      { id: 'out', type: 'dragoman-channel-out', version: 1 },
    ],
    env: {
      TELEGRAM_SECRET_TOKEN_FILE: await file('one', 'the one\n'),
      CRM_TELEGRAM_SECRET_TOKEN_FILE: await file('two', 'the two\n'),
    },
  });
  try {
    const tokenOf = (id: string) => bot.engine.registry.account(id)?.settings.secretToken;
    expect([tokenOf('acc'), tokenOf('crm')]).toEqual(['the one', 'the two']);
  } finally {
    await bot.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
