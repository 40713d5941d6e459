/** The fields on top of a Markdown file, as people write them: most of it is YAML, but a title with a colon in it is none. */
import { parse as parseYaml } from 'yaml';

const BLOCK = /^\s*(---|\+\+\+)[^\S\n]*\n(.*?)\n?(?:\1|\.\.\.)[^\S\n]*(?:\n|$)/s;
/** A field's name and what stands behind it, up to the next line that is not indented. */
const FIELD = /^(["']?)([\w.-]+)\1\s*[:=](?!\/\/)/;
/** Part of a field: indented, an entry of a list, a comment, the end of a bracket, nothing. */
const CONTINUED = /^(\s|-\s|-$|#|[\]})]|$)/;
/** Fields' names are written small, or are well known; "Note: closed today" is a sentence between two rules. */
const SMALL = /^[a-z][\w.-]*$/;
const KNOWN = /^(title|language|lang|author|date|tags|layout|description)$/i;

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

/** @returns the fields that are text, by name in small letters, and the text below. A rule on top of a text begins no front matter. */
export function splitFrontMatter(content: string): { fields: Record<string, string | undefined>; text: string } {
  const whole = content.replaceAll(/\r\n?/g, '\n');
  const block = BLOCK.exec(whole);
  const lines = block ? block[2]!.split('\n') : [];
  const names = lines.flatMap((line) => FIELD.exec(line)?.[2] ?? []);
  const isFront =
    lines[0]?.trim() &&
    lines.every((line) => FIELD.test(line) || CONTINUED.test(line)) &&
    names.length > 0 &&
    (names.every((name) => SMALL.test(name)) || names.some((name) => KNOWN.test(name)));
  if (!block || !isFront) return { fields: {}, text: whole };
  const fields: Record<string, string | undefined> = {};
  for (const field of block[2]!.split(/\n(?!\s|-|#|$)/)) {
    const name = FIELD.exec(field)?.[2];
    if (name) fields[name.toLowerCase()] = fieldText(field);
  }
  return { fields, text: whole.slice(block[0].length) };
}
