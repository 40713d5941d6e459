/** Markdown files: a section a heading, as plain text, because channels show no Markdown. */
import { type MarkedToken, marked, type Token, type Tokens } from 'marked';
import { parse as parseYaml } from 'yaml';
import type { Section } from './passages.ts';

const FRONT_MATTER = /^---\r?\n(.*?)\r?\n---\r?\n/s;

/** `marked` types its tokens openly, for extensions; without any these are all there are. */
const own = (tokens: Token[] | undefined) => (tokens ?? []) as MarkedToken[];

function inline(tokens: Token[] | undefined): string {
  return own(tokens)
    .map((token): string => {
      switch (token.type) {
        case 'strong':
        case 'em':
        case 'del':
          return inline(token.tokens);
        case 'link': {
          const label = inline(token.tokens);
          return label === token.href || `mailto:${label}` === token.href ? label : `${label} (${token.href})`;
        }
        case 'image':
        case 'codespan':
        case 'escape':
          return token.text;
        case 'text':
          return token.tokens ? inline(token.tokens) : token.text;
        case 'br':
          return '\n';
        default:
          return '';
      }
    })
    .join('');
}

function list({ items, ordered, start }: Tokens.List): string {
  return items
    .map((item, at) => {
      const mark = ordered ? `${Number(start || 1) + at}. ` : '- ';
      return mark + blocks(item.tokens, '\n').replaceAll('\n', '\n  ');
    })
    .join('\n');
}

/** A row reads "Plan: Turbo; Price: 39". */
function table({ header, rows }: Tokens.Table): string {
  const line = (row: Tokens.TableCell[]) =>
    row.map((cell, at) => `${inline(header[at]?.tokens)}: ${inline(cell.tokens)}`);
  return rows.map((row) => line(row).join('; ')).join('\n');
}

function block(token: MarkedToken): string {
  switch (token.type) {
    case 'paragraph':
      return inline(token.tokens);
    case 'text':
      return inline([token]);
    case 'code':
      return token.text;
    case 'blockquote':
      return blocks(token.tokens, '\n\n');
    case 'list':
      return list(token);
    case 'table':
      return table(token);
    default:
      return '';
  }
}

function blocks(tokens: Token[], glue: string): string {
  return own(tokens).map(block).filter(Boolean).join(glue);
}

/**
 * Front matter may give `title` (stands for the first heading level where there is none) and `language`.
 * @throws where the front matter is no YAML.
 */
export function parseMarkdown(content: string, fileLanguage?: string): Section[] {
  const front = FRONT_MATTER.exec(content);
  const meta: unknown = front ? parseYaml(front[1]!) : {};
  const field = (name: string) => {
    const value: unknown = meta && typeof meta === 'object' ? Reflect.get(meta, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const language = field('language') ?? fileLanguage;
  const sections: Section[] = [{ headings: [field('title') ?? ''], text: '', language }];
  for (const token of own(marked.lexer(content.slice(front?.[0].length ?? 0)))) {
    const last = sections.at(-1)!;
    if (token.type === 'heading') {
      const outer = Array.from({ length: token.depth - 1 }, (_, level) => last.headings[level] ?? '');
      sections.push({ headings: [...outer, inline(token.tokens)], text: '', language });
    } else {
      last.text = [last.text, block(token)].filter(Boolean).join('\n\n');
    }
  }
  return sections;
}
