/** Words with their marks as elements. They are given as data, and nothing here is ever read as HTML. */
import { html, type TemplateResult } from 'lit';
import type { Run } from '../chat/frames.ts';

type Shown = TemplateResult | string;

export const marked = (runs: readonly Run[]): Shown[] => runs.map(shown);

function shown({ text, marks, url }: Run): Shown {
  let out: Shown = text;
  if (marks.includes('block')) out = html`<code class="block">${out}</code>`;
  else if (marks.includes('code')) out = html`<code>${out}</code>`;
  if (marks.includes('bold')) out = html`<strong>${out}</strong>`;
  if (marks.includes('italic')) out = html`<em>${out}</em>`;
  if (marks.includes('strike')) out = html`<s>${out}</s>`;
  const href = url ?? (marks.includes('address') ? addressOf(text) : undefined);
  if (href !== undefined && isSafe(href))
    out = html`<a href=${href} target="_blank" rel="noopener noreferrer">${out}</a>`;
  return marks.includes('quote') ? html`<span class="quote">${out}</span>` : out;
}

/** Of a bare address. */
function addressOf(text: string): string | undefined {
  if (/^https?:\/\//i.test(text)) return text;
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return `mailto:${text}`;
  return /^\+?[\d ()-]{6,}$/.test(text) ? `tel:${text.replace(/[^\d+]/g, '')}` : undefined;
}

/** Only these lead somewhere a reader expects. */
const isSafe = (href: string) =>
  URL.canParse(href) && ['http:', 'https:', 'mailto:', 'tel:'].includes(new URL(href).protocol);
