/** What people read is said in every language, as completely as in English, and with the code in it untouched. */
import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const PROJECT = path.resolve(import.meta.dirname, '..');
const ENGLISH = 'en-US';
/** Node-RED falls back from `es-MX` to `es`. */
const LANGUAGES = ['es', 'it', 'fa', 'ar', 'ru'];
/** Their help is wrapped for the editor's side bar, which has no direction of its own. */
const FROM_THE_RIGHT = ['fa', 'ar'];
const FILES = globSync(`{node-red,{nodes,channels,providers,shops}/*}/locales/${ENGLISH}/*`, { cwd: PROJECT }).sort();
const CATALOGUES = FILES.filter((file) => file.endsWith('.json'));
/** What the pages show, and what customers and people of the business are sent. */
const FLAT = globSync('{web,web/widget,web/pages/*,core,core/*}/locales/en.json', { cwd: PROJECT }).sort();
const HELP = FILES.filter((file) => file.endsWith('.html'));

/** Names, codes and borrowed words: nothing to translate. */
const SAME: Record<string, string[]> = {
  all: [
    'Dragoman',
    'Telegram',
    'WhatsApp',
    'Instagram',
    'es',
    'order_status',
    'URL',
    'OpenAPI',
    'USD',
    'IBANs',
    '__status__',
    '__language__',
  ],
  es: ['no', 'Prompt', 'Webhook', 'webhook', 'Audio', 'Sticker', 'Editor', 'Marketing'],
  it: [
    'no',
    'Account',
    'Password',
    'Provider',
    'Server',
    'Budget',
    'Link',
    'Prompt',
    'Webhook',
    'webhook',
    'polling',
    'input',
    'output',
    'Audio',
    'Video',
    'Sticker',
    'Editor',
    'Marketing',
  ],
  fa: [],
  ar: [],
  ru: [],
};
/** Examples of what somebody types: the same for all, or in words. */
const EXAMPLES = /^(https?:\/\/\S+|\{.*\})$/;

type Tree = { [key: string]: string | Tree };
const read = (file: string) => readFile(path.join(PROJECT, file), 'utf8');
const inLanguage = (file: string, language: string) => file.replace(`/locales/${ENGLISH}/`, `/locales/${language}/`);
const leaves = (tree: Tree, prefix = ''): [key: string, text: string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : leaves(value, `${prefix}${key}.`),
  );
const catalogue = async (file: string) => new Map(leaves(JSON.parse(await read(file)) as Tree));

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([found]) => found).sort();
/** What Node-RED, the browser or a reader takes letter by letter. */
const fixedParts = (text: string) => ({
  placeholders: all(text, /__\w+__|\{\{?\w+\}\}?|%[sd]/g),
  code: all(text, /<code>.*?<\/code>/g),
  lines: text.split('\n').length,
  tags: all(text, /<\/?\w+[^<>]*>/g),
});

interface Block {
  /** How Node-RED's Markdown reads its first line. */
  kind: string;
  code: string[];
  links: string[];
  emphasis: string[];
}

/** A paragraph, a heading, an item or a definition each. The order inside one is the language's own. */
function blocksOf(help: string): Block[] {
  const blocks: string[] = [];
  let open = false;
  let fence = false;
  for (const line of help.trim().split('\n')) {
    const starts = /^(<|#|- |\d+\. |: |```)/.test(line);
    if (fence) blocks.push(`${blocks.pop()}\n${line}`);
    else if (line.trim() && open && !starts) blocks.push(`${blocks.pop()} ${line}`);
    else if (line.trim()) blocks.push(line);
    if (line.startsWith('```')) fence = !fence;
    open = line.trim() !== '' && !line.startsWith('#') && !line.startsWith('<');
  }
  return blocks.map((text) => {
    const [kind = ''] = /^(<.*>|#+|-|\d+\.|: [\w, ]+\([\w |]+\) :|```[\s\S]*)/.exec(text) ?? [];
    const words = text.slice(kind.length);
    const prose = words.replace(/`[^`]*`/g, '');
    return {
      kind,
      code: all(words, /`[^`]*`/g),
      links: all(words, /\]\([^)]*\)/g),
      emphasis: all(prose, /\*\*[^*]+\*\*|\*[^*]+\*/g).map((each) => each.replaceAll('*', '')),
    };
  });
}

it('there is something to compare', () => {
  expect(CATALOGUES.length).toBeGreaterThan(15);
  expect(HELP.length).toBeGreaterThan(12);
  expect(FLAT.length).toBeGreaterThan(2);
});

it.each([ENGLISH, ...LANGUAGES])(
  'the help in %s has no colon in a definition: the editor shows what is after the last one',
  async (language) => {
    const texts = await Promise.all(HELP.map((file) => read(inLanguage(file, language))));
    expect(texts.join('\n').match(/^: .*\) : .*:.*$/gm) ?? []).toEqual([]);
  },
);

describe.each(LANGUAGES)('in %s', (language) => {
  it('has every file, and none that English has not', () => {
    expect(
      FILES.map((file) => inLanguage(file, language)).filter((file) => !existsSync(path.join(PROJECT, file))),
    ).toEqual([]);
    const there = globSync(`{node-red,{nodes,channels,providers,shops}/*}/locales/${language}/*`, { cwd: PROJECT });
    expect(
      there.filter((file) => !FILES.includes(file.replace(`/locales/${language}/`, `/locales/${ENGLISH}/`))),
    ).toEqual([]);
  });

  it.each(CATALOGUES)('%s says everything', async (file) => {
    const english = await catalogue(file);
    const own = await catalogue(inLanguage(file, language));
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, text] of english) {
      expectsTranslated(key, text, own.get(key)!, language);
      if (key.includes('.status.')) expect(own.get(key)!.replace(/__\w+__/g, '').length, key).toBeLessThan(30);
    }
  });

  it.each(FLAT)('%s says everything', async (file) => {
    const english = JSON.parse(await read(file)) as Tree;
    const own = JSON.parse(await read(file.replace('/en.json', `/${language}.json`))) as Tree;
    expect(Object.keys(own)).toEqual(Object.keys(english));
    // Each language has plurals of its own; `web/i18n.test.ts` has them.
    for (const [key, text] of Object.entries(english))
      if (typeof text === 'string') expectsTranslated(key, text, own[key] as string, language);
  });

  it.each(CATALOGUES)('%s begins what is wrong with the field’s own label', async (file) => {
    const english = await catalogue(file);
    const own = await catalogue(inLanguage(file, language));
    for (const [key, text] of english) {
      if (!key.includes('.invalid.')) continue;
      const labels = translations([[english, own]], text.split(':')[0]!);
      if (labels.length) expect(labels, key).toContain(own.get(key)!.split(':')[0]);
    }
  });

  it.each(HELP)('%s is whole', async (file) => {
    const english = blocksOf(await read(file));
    const own = blocksOf(await help(file, language));
    expect(own.map(({ kind, code, links, emphasis }) => [kind, code, links, emphasis.length])).toEqual(
      english.map(({ kind, code, links, emphasis }) => [kind, code, links, emphasis.length]),
    );
    const untranslated = (await words(inLanguage(file, language))).filter((line) => line.length > 30);
    const lines = new Set(await words(file));
    expect(untranslated.filter((line) => lines.has(line))).toEqual([]);
  });

  it.each(HELP)('%s calls a field what its dialog calls it', async (file) => {
    const dialogs = [file.replace(/\.html$/, '.json'), 'nodes/account/locales/en-US/account.json'];
    const pairs = await Promise.all(
      dialogs.map(async (dialog) => [await catalogue(dialog), await catalogue(inLanguage(dialog, language))] as const),
    );
    const own = blocksOf(await help(file, language));
    for (const [index, { emphasis }] of blocksOf(await read(file)).entries())
      for (const name of emphasis) {
        const plain = (text: string) => text.replace(/\.$/, '');
        const labels = translations(pairs, plain(name));
        if (!labels.length) continue;
        const said = own[index]!.emphasis.map(plain);
        expect(
          said.filter((each) => labels.some((one) => isForm(each, one))),
          `${name}: one of ${labels.join(', ')} in ${said.join(', ')}`,
        ).not.toEqual([]);
      }
  });
});

function expectsTranslated(key: string, english: string, said: string, language: string): void {
  expect(said.trim(), key).not.toBe('');
  expect(fixedParts(said), key).toEqual(fixedParts(english));
  const may = [...SAME.all!, ...SAME[language]!].includes(english) || EXAMPLES.test(english);
  if (said === english) expect(may, `${key} is English: ${english}`).toBe(true);
}

/** What the label is in the other language; empty where no field or option is called so. */
function translations(pairs: (readonly [Map<string, string>, Map<string, string>])[], label: string): string[] {
  return pairs.flatMap(([english, own]) =>
    [...english]
      .filter(([key, text]) => /\.(label|option|tab)\./.test(key) && text === label)
      .map(([key]) => own.get(key)!),
  );
}

/** The same words in whatever case the sentence asks for: `Префиксом` of `Префикс`. */
function isForm(said: string, label: string): boolean {
  const words = said.split(' ');
  const stems = label.split(' ').map((word) => word.slice(0, Math.max(3, word.length - 2)));
  return words.length === stems.length && stems.every((stem, index) => words[index]!.startsWith(stem));
}

/** The help in a language, without what turns it around. */
async function help(file: string, language: string): Promise<string> {
  const text = await read(inLanguage(file, language));
  if (!FROM_THE_RIGHT.includes(language)) return text;
  const [, start, body] =
    /^(<script.*>\n[^\n][\s\S]*?\n\n)<div dir="rtl">\n\n([\s\S]*)\n<\/div>\n<\/script>\n$/.exec(text) ?? [];
  return `${start}${body}</script>`;
}

/** Lines of help that are prose. */
async function words(file: string): Promise<string[]> {
  const text = (await read(file)).replace(/```[\s\S]*?```/g, '');
  return text.split('\n').filter((line) => line && !line.startsWith('<') && !line.startsWith('- ['));
}
