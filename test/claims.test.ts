/** What the documentation promises, and what it says is not there. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { KINDS } from '../adapters/knowledge/parse-file.ts';
import { SETTINGS } from '../core/settings.ts';
import { PERSONAL, PLAIN } from './support/personal-data.ts';

const PROJECT = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(PROJECT, file), 'utf8');

it('in the image all that is written lies on the volume, knowledge too', () => {
  const image = read('Dockerfile');
  const [, volume] = /^VOLUME (\S+)$/m.exec(image)!;
  for (const name of ['DATA', 'FLOWS', 'KNOWLEDGE'])
    expect(new RegExp(`DRAGOMAN_${name}=(\\S+)`).exec(image)?.[1]).toMatch(new RegExp(`^${volume}(/|$)`));
});

it('compose keeps what the image writes, and its profile voice takes two settings that there are', () => {
  const { services, volumes } = parse(read('compose.yaml'), { merge: true });
  const [, volume] = /^VOLUME (\S+)$/m.exec(read('Dockerfile'))!;
  expect(services.dragoman.volumes).toEqual([`dragoman:${volume}`]);
  expect(Object.keys(services.dragoman.environment)).toEqual([SETTINGS.sttBase.env, SETTINGS.ttsBase.env]);
  expect(Object.entries<{ profiles?: string[] }>(services).filter(([, { profiles }]) => !profiles)).toHaveLength(1);
  const voice = Object.entries<{ profiles?: string[] }>(services).filter(([, { profiles }]) =>
    profiles?.includes('voice'),
  );
  expect(voice.map(([name]) => name)).toEqual(['speaches', 'ollama']);
  expect(Object.keys(volumes)).toEqual(expect.arrayContaining(['dragoman', 'models', 'ollama']));
});

it.each(readdirSync(path.join(PROJECT, 'nodes/handoff/locales')))(
  'the help of handoff names the tab that has the setting (%s)',
  (language) => {
    const help = read(`nodes/handoff/locales/${language}/handoff.html`);
    const { account } = JSON.parse(read(`nodes/account/locales/${language}/account.json`));
    const page = read('nodes/account/account.html');
    const tab =
      /id="dragoman-account-(\w+)"(?:(?!id="dragoman-account-)[\s\S])*?node-config-input-takeoverSeconds/.exec(page);
    expect(help).toContain(`*${account.label.takeoverSeconds}*`);
    expect(help).toContain(`*${account.tab[tab![1]!]}*`);
  },
);

describe('docs/weaknesses.md', () => {
  const weaknesses = read('docs/weaknesses.md');

  it('names each channel that there is', () => {
    const channels = readdirSync(path.join(PROJECT, 'channels'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'shared')
      .map(({ name }) => name);
    const [, count, named] = /\*\*(\w+) channels\*\*: (.*?)\. /.exec(weaknesses)!;
    expect(count).toBe(['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six'][channels.length]);
    for (const channel of channels) expect(named!.toLowerCase()).toContain(channel);
  });

  it('names the kinds of knowledge files', () => {
    expect(KINDS).toEqual(['.md', '.txt', '.csv', '.html', '.htm', '.docx', '.pdf']);
    expect(weaknesses).toContain('**Files only**: Markdown, text, CSV, HTML, Word (`.docx`), PDF in a folder.');
  });

  it('asks for the version of Node.js that the package asks for', () => {
    const [, version] = /\*\*Node\.js ([\d.]+) or newer/.exec(weaknesses)!;
    expect(JSON.parse(read('package.json')).engines.node).toBe(`>=${version}`);
  });

  it('says only of things that are not there that they are not', () => {
    const { dependencies } = JSON.parse(read('package.json'));
    const names = Object.keys(dependencies).join(' ');
    expect(names).not.toMatch(/opentelemetry|modelcontextprotocol\/server|tesseract|sqlcipher/);
    expect(read('channels/instagram/render.ts')).not.toMatch(/type: 'template'/);
    expect(read('channels/whatsapp/render.ts')).not.toMatch(/sub_type|type: 'header'/);
  });
});

it('docs/masking.md counts the texts that its figures are of', () => {
  const [, masked, plain] = /personal-data\.json`: (\d+) texts to mask, (\d+) not to/.exec(read('docs/masking.md'))!;
  const count = (all: { texts: string[] }[]) => all.reduce((sum, { texts }) => sum + texts.length, 0);
  expect([Number(masked), Number(plain)]).toEqual([count(PERSONAL), count(PLAIN)]);
});
