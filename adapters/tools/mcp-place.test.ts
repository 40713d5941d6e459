import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { httpPlace, type McpServer, placeOf, programNames, programPlace } from './mcp-place.ts';

describe('an address', () => {
  it.each(['https://mcp.example.org/mcp', 'http://127.0.0.1:4611/mcp', 'http://[::1]/mcp', 'http://shop.internal/mcp'])(
    'may be %s',
    (url) => {
      expect(httpPlace(` ${url} `, { 'x-shop': '7' })).toMatchObject({ kind: 'http', headers: { 'x-shop': '7' } });
    },
  );

  it.each([
    ['no address', 'begin with'],
    ['ftp://mcp.example.org', 'begin with'],
    ['http://mcp.example.org/mcp', 'must have https'],
    ['https://me:s3cret@mcp.example.org/mcp', 'holds a password'],
  ])('may not be %s', (url, why) => {
    expect(() => httpPlace(url, {})).toThrow(why);
  });
});

const SERVERS = {
  shop: { command: 'shop-mcp', args: ['--port', '1'], env: { KEY: `\${SHOP_KEY}`, MODE: 'read' } },
  bare: { command: 'bare' },
  remote: { url: 'https://mcp.example.org' },
  listless: { command: 'x', args: 'a b' },
  numbers: { command: 'x', env: { PORT: 1 } },
};
const DECLARED = JSON.stringify({ mcpServers: SERVERS });

describe('a program', () => {
  it('is one that the deployment declares, with the variables that are named there', async () => {
    const place = programPlace('shop', DECLARED, { SHOP_KEY: 's3cret', OTHER: 'kept' });
    const env = { KEY: 's3cret', MODE: 'read' };
    expect(place).toEqual({ kind: 'program', command: 'shop-mcp', args: ['--port', '1'], env });
    expect(programPlace('bare', DECLARED)).toMatchObject({ args: [], env: {} });
    expect(programNames(DECLARED)).toEqual(['bare', 'listless', 'numbers', 'remote', 'shop']);
    expect(programNames('')).toEqual([]);
  });

  it('may be declared in a file', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-mcp-'));
    await writeFile(path.join(folder, 'mcp.json'), DECLARED);
    expect(programPlace('bare', path.join(folder, 'mcp.json'))).toMatchObject({ command: 'bare' });
    await rm(folder, { recursive: true });
  });

  it.each([
    ['rm', DECLARED, 'declares no program'],
    ['toString', DECLARED, 'declares no program'],
    ['remote', DECLARED, 'without a command'],
    ['listless', DECLARED, '"args"'],
    ['numbers', DECLARED, '"env"'],
    ['shop', DECLARED, 'SHOP_KEY'],
    ['shop', '', 'declares no program'],
    ['shop', '{"mcpServers": []}', 'no object "mcpServers"'],
    ['shop', '{', 'neither JSON nor the path'],
    ['shop', '/no/such/file', 'neither JSON nor the path'],
  ])('%s of %s is refused', (name, declared, why) => {
    expect(() => programPlace(name, declared, {})).toThrow(why);
  });
});

describe('a node', () => {
  const server: McpServer = {
    way: 'url',
    url: 'https://mcp.example.org/mcp',
    program: 'bare',
    secretHeader: 'authorization',
    secret: 'Bearer s3cret',
  };

  it('names an address with a secret, or a program without one', () => {
    expect(placeOf(server, DECLARED)).toMatchObject({ headers: { authorization: 'Bearer s3cret' } });
    expect(placeOf({ ...server, secret: '' }, DECLARED)).toMatchObject({ headers: {} });
    expect(placeOf({ ...server, way: 'program' }, DECLARED)).toMatchObject({ command: 'bare', env: {} });
  });

  it('has no secret header that cannot be sent, and does not quote it', () => {
    expect(() => placeOf({ ...server, secret: 'two\nlines' }, DECLARED)).toThrow(/^(?!.*two).*no header can have/s);
    expect(() => placeOf({ ...server, secretHeader: 'a b' }, DECLARED)).toThrow('no header can have');
  });
});
