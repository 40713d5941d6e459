/** Any Markdown, on every channel, read back as its app shows it: the same words in the same order, each as it was meant, and no raw mark. */
import { describe, expect, it } from 'vitest';
import type { Outgoing } from '../core/ports.ts';
import { type InstagramPart, render as instagram } from './instagram/render.ts';
import { type TelegramPart, render as telegram } from './telegram/render.ts';
import { type WahaPart, render as waha } from './waha/render.ts';
import { type WebPart, render as web } from './web/render.ts';
import { type WhatsappPart, render as whatsapp } from './whatsapp/render.ts';

/** A small generator with a seed (mulberry32), so that a failure comes again. */
function dice(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const under = (n: number) => Math.floor(next() * n);
  return { under, one: <T>(list: readonly T[]) => list[under(list.length)]! };
}

interface Made {
  markdown: string;
  /** The words in order. */
  words: string[];
}

/** Markdown whose words are all different, so that none can hide. */
function make(seed: number, blocks: number): Made {
  const { under, one } = dice(seed);
  const words: string[] = [];
  const word = () => {
    const made = `${one(['plan', 'fibra', 'ñandú', 'سرعت', 'цена'])}${words.length}`;
    words.push(made);
    return made;
  };
  const plain = () => Array.from({ length: 1 + under(4) }, word).join(' ');
  const address = () => {
    const path = one(['/a_b', '/wiki/A_(b)', '/?a=1&b=2', '/x*y', '']);
    return `https://fibra.example${path}`;
  };
  const inline = (depth: number): string => {
    const inner = () => (depth > 0 ? phrase(depth - 1) : plain());
    switch (under(depth > 0 ? 15 : 4)) {
      case 4:
        return `**${inner()}**`;
      case 5:
        return `*${plain()}*`;
      case 6:
        return `~~${plain()}~~`;
      case 7:
        return `\`${plain()}\``;
      case 8:
        return `[${plain()}](${address()})`;
      case 9:
        return `**[${plain()}](${address()})**`;
      case 10:
        return `[**${plain()}**](${one(['mailto:a@b.example', 'tel:+34900123456', '/plans'])})`;
      case 11:
        return `**Plan *${word()}* de ${word()}**`;
      case 12:
        return one([
          () => `<b>${plain()}</b>`,
          () => `**${address()}**`,
          () => `** ${word()} **`,
          () => `__${plain()}__`,
          () => `_${word()}_, `,
        ])();
      case 13:
        return one([
          () => `${plain()}【4:0†faq.md】`,
          () => `==${plain()}==`,
          () => `${word()}^2^`,
          () => `${plain()}[^7]`,
          () => `[ver ${plain()}][]`,
        ])();
      case 14:
        return `[${plain()}](<https://fibra.example/a b>)`;
      default:
        return plain();
    }
  };
  const phrase = (depth: number) => Array.from({ length: 1 + under(3) }, () => inline(depth)).join(' ');
  const line = () => phrase(1);
  const block = () =>
    one([
      () => line(),
      () => `${line()}\n${line()}`,
      () => `## ${line()}`,
      () => `- ${line()}\n  - ${line()}\n- ${line()}`,
      () => `1. ${line()}\n2. ${line()}`,
      () => `> ${line()}\n> ${line()}`,
      () => `\`\`\`\n${plain()}\n${plain()}\n\`\`\``,
      () => `| ${word()} | ${word()} |\n|---|---|`,
      () => '---',
      () => `${line()}<br>${line()}`,
      () => `> [!NOTE]\n> ${line()}`,
      () => `${line()}[^${words.length}]\n\n[^${words.length}]: ${plain()}`,
      () => `<details><summary>${plain()}</summary>${plain()}</details>`,
    ])();
  const markdown = Array.from({ length: blocks }, block).join('\n\n');
  return { markdown, words };
}

const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

/** What Telegram shows; throws where it would refuse the tags. */
function readTelegram(html: string): string {
  const open: string[] = [];
  const shown = html.replace(/<(\/?)(\w+)(?: href="[^"<>]*")?>/g, (tag, closes, name) => {
    if (!['a', 'b', 'i', 's', 'code', 'pre', 'blockquote'].includes(name)) throw new Error(tag);
    if (!closes) open.push(name);
    else if (open.pop() !== name) throw new Error(`${tag} in ${html}`);
    return '';
  });
  if (open.length > 0 || /[<>]/.test(shown)) throw new Error(html);
  return shown.replace(/&(?:lt|gt|quot|amp);/g, (entity) => ENTITIES[entity]!);
}

/** What WhatsApp shows: a sign that stands at the border of a word and is closed on its line formats, and is not seen. */
function readWhatsapp(text: string): string {
  let now = text.replace(/```\n([\s\S]*?)\n```/g, '$1').replace(/^> /gm, '');
  for (const sign of ['`', '\\*', '_', '~'])
    now = now.replace(
      new RegExp(`(?<![\\p{L}\\p{N}/])${sign}(?=[^\\s\u200B])([^\\n]*?[^\\s])${sign}(?![\\p{L}\\p{N}])`, 'gu'),
      (all, inner: string) => (/https?:\S*$/.test(inner) ? all : inner),
    );
  return now.replaceAll('\u200B', '');
}

const CHANNELS: [string, number, (content: Outgoing) => string[]][] = [
  [
    'telegram',
    4_096,
    (content) => (telegram(content) as unknown as TelegramPart[]).map(({ body }) => readTelegram(String(body.text))),
  ],
  [
    'whatsapp',
    4_096,
    (content) =>
      (whatsapp(content) as unknown as WhatsappPart[]).map(({ text }) => {
        expect(text.length).toBeLessThanOrEqual(4_096);
        return readWhatsapp(text);
      }),
  ],
  ['waha', 4_096, (content) => (waha(content) as unknown as WahaPart[]).map(({ text }) => readWhatsapp(text))],
  ['web', 4_000, (content) => (web(content) as unknown as WebPart[]).map(({ text }) => text)],
  ['instagram', 1_000, (content) => (instagram(content) as unknown as InstagramPart[]).map(({ text }) => text)],
];

describe.each(CHANNELS)('%s', (_name, limit, show) => {
  const wordsOf = (text: string) => text.match(/(?:plan|fibra|ñandú|سرعت|цена)\d+/g) ?? [];
  const check = ({ markdown, words }: Made) => {
    const shown = show({ text: markdown });
    for (const piece of shown) expect(piece.length).toBeLessThanOrEqual(limit);
    const all = shown.join('\n');
    expect(wordsOf(all).join(' '), markdown.slice(0, 600)).toBe(words.join(' '));
    const bare = all.replace(/https:\/\/fibra\.example\S*/g, '');
    expect(bare.match(/.{0,30}(?:[*_~`#|\\]|\]\(|---|<\w|==|\^|†|\[!|\]\[).{0,30}/g) ?? []).toEqual([]);
  };

  it('shows short texts as they were meant', () => {
    for (let seed = 1; seed <= 300; seed++) check(make(seed, 1 + (seed % 5)));
  });

  it('and long ones, cut into messages', () => {
    for (let seed = 1; seed <= 12; seed++) check(make(seed, 150));
  });

  it.each(['**', '*', '~~', '`', '> ', '```\n'])('cuts inside %j and shows it nowhere', (mark) => {
    const words = Array.from({ length: 900 }, (_, index) => `fibra${index}`);
    const end = mark === '> ' ? '' : mark === '```\n' ? '\n```' : mark;
    check({ markdown: `${mark}${words.join(' ')}${end}`, words });
  });
});
