/** The fields on top of a Markdown file, as people write them: most of it is YAML, but a title with a colon in it is none. */
import { parse as parseYaml } from 'yaml';

const BLOCK = /^\s*(---|\+\+\+)[^\S\n]*\n(.*?)\n?(?:\1|\.\.\.)[^\S\n]*(?:\n|$)/s;
/** A field's name and what stands behind it, up to the next line that is not indented. */
const FIELD = /^(["']?)([\p{L}\p{M}\p{N}_.\u200c-]+)\1\s*[:=](?!\/\/)/u;
/** Part of a field: indented, an entry of a list, a comment, the end of a bracket, nothing. */
const CONTINUED = /^(\s|-\s|-$|#|[\]})]|$)/;
/** Fields' names are written small, or are well known; "Note: closed today" is a sentence between two rules, "q: when?" a question. */
const SMALL = /^\p{Ll}[\p{Ll}\p{M}][\p{L}\p{M}\p{N}_.-]*$/u;
const KNOWN = /^(title|language|lang|author|date|tags|layout|description)$/i;
const TITLE = /^(title|t[ií]tulo|titolo|заголовок|название|(ال)?عنوان)$/i;
const LANGUAGE = /^(language|lang|idioma|lengua|lingua|язык|(ال)?لغة|زبان)$/i;

/** The value as YAML has it; where it is none, as it stands. */
function fieldText(field: string): string | undefined {
  const raw = field.replace(FIELD, '').trim();
  let value: unknown = raw;
  try {
    value = Reflect.get(parseYaml(field.replace(FIELD, 'value: '), { logLevel: 'error' }), 'value');
  } catch {
    // A sentence with a colon, a name with an "@".
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value).replace(/\s+/g, ' ').trim() : undefined;
}

export interface FrontMatter {
  title?: string;
  language?: string;
  /** What stands below. */
  text: string;
}

/** Title and language, in any of our languages, and the text below. A rule on top of a text begins no front matter. */
export function splitFrontMatter(content: string): FrontMatter {
  const whole = content.replaceAll(/\r\n?/g, '\n');
  const block = BLOCK.exec(whole);
  const lines = block ? block[2]!.split('\n') : [];
  const names = lines.flatMap((line) => nameOf(line) ?? []);
  const isKnown = (name: string) => [KNOWN, TITLE, LANGUAGE].some((pattern) => pattern.test(name));
  const isFront =
    lines[0]?.trim() &&
    lines.every((line) => FIELD.test(line) || CONTINUED.test(line)) &&
    names.length > 0 &&
    (names.every((name) => SMALL.test(name)) || names.some(isKnown));
  if (!block || !isFront) return { text: whole };
  const fields = block[2]!.split(/\n(?!\s|-|#|$)/);
  const last = (pattern: RegExp) => fields.findLast((field) => pattern.test(nameOf(field) ?? ''));
  const [title, language] = [TITLE, LANGUAGE].map(last);
  return {
    ...(title !== undefined && { title: fieldText(title) }),
    ...(language !== undefined && { language: fieldText(language) }),
    text: whole.slice(block[0].length),
  };
}

/** One letter may be written in two ways. */
const nameOf = (field: string) => FIELD.exec(field)?.[2]?.normalize();
