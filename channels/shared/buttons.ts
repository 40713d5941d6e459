/** Buttons that fit a platform: never blank, never too long, never the same twice. */
import type { Outgoing } from '../../core/ports.ts';
import { shorten } from './text.ts';

export interface Choice {
  id: string;
  /** As it fits on the button. */
  title: string;
  /** As the flow wrote it. */
  full: string;
}

export interface ChoiceLimits {
  /** In UTF-16 units. */
  title: number;
  id: number;
  /** What `id` counts; default UTF-16 units. */
  idUnit?: 'utf16' | 'bytes';
}

/** A button with something to show. */
export type Option = NonNullable<Outgoing['buttons']>[number];

/** Buttons without blank ones; a title that is missing is the id. */
export function optionsOf(buttons: Outgoing['buttons']): Option[] {
  return (buttons ?? [])
    .map(({ id, title }) => ({ id: id || title, title: title.trim() || id.trim() }))
    .filter(({ title }) => title);
}

export function choices(options: Option[], limits: ChoiceLimits): Choice[] {
  const ids = new Set<string>();
  const titles = new Set<string>();
  return options.map(({ id, title }) => ({
    full: title,
    title: unique(titles, (suffix) => shorten(title, limits.title - suffix.length, 'utf16', '…') + suffix),
    id: unique(ids, (suffix) => shorten(id, limits.id - suffix.length, limits.idUnit) + suffix),
  }));
}

/** The options as lines of a text. */
export function optionLines(options: Option[]): string {
  return options.map(({ title }) => `• ${title}`).join('\n');
}

function unique(taken: Set<string>, make: (suffix: string) => string): string {
  let made = make('');
  for (let count = 2; taken.has(made); count++) made = make(` ${count}`);
  taken.add(made);
  return made;
}
