/** Writes README's table of settings from the one table of the code: `node docs/settings-table.ts`. A test holds the two together. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fields as instagram } from '../channels/instagram/fields.ts';
import { fields as telegram } from '../channels/telegram/fields.ts';
import { fields as waha } from '../channels/waha/fields.ts';
import { fields as web } from '../channels/web/fields.ts';
import { fields as whatsapp } from '../channels/whatsapp/fields.ts';
import type { ChannelField } from '../core/ports.ts';
import { SETTINGS, type SettingSpec } from '../core/settings.ts';
import { fields as api } from '../shops/api/fields.ts';
import { fields as marketplace } from '../shops/marketplace/fields.ts';

const README = path.resolve(import.meta.dirname, '../README.md');
const START = '<!-- settings: start -->';
const END = '<!-- settings: end -->';

/** The README with today's table in it. */
export function withTable(readme: string): string {
  const [before, rest] = readme.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`README.md has no ${START} … ${END}.`);
  return `${before}${START}\n${table()}\n${END}${after}`;
}

export function table(): string {
  const rows = (Object.values(SETTINGS) as SettingSpec[]).map((spec) =>
    row(spec.env, spec.default, spec.meaning, spec.perAccount),
  );
  for (const [channel, fields] of Object.entries({ telegram, whatsapp, instagram, waha, 'web chat': web }))
    for (const [name, field] of Object.entries(fields as Record<string, ChannelField>))
      rows.push(row(field.env, defaultOf(field), `${channel}: ${words(name)}`, true));
  // What all sources have is told once.
  const shops = new Map<string, string>();
  for (const [source, fields] of Object.entries({ orders: api, marketplace }))
    for (const [name, field] of Object.entries(fields as Record<string, ChannelField>))
      if (!shops.has(field.env)) shops.set(field.env, row(field.env, field.default, `${source}: ${words(name)}`));
  rows.push(...shops.values());
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

/** @param perAccount with an account's prefix in front it is that account's own. */
const row = (env: string, value: string | undefined, meaning: string, perAccount = false) =>
  `| ${perAccount ? '… ' : ''}\`${env}\` | ${value ? `\`${value}\`` : ''} | ${meaning} |`;

const defaultOf = ({ default: value, base }: ChannelField) => value ?? (base ? `${base.real}` : undefined);

/** `phoneNumberId` → `phone number id`. */
const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

if (import.meta.main) writeFileSync(README, withTable(readFileSync(README, 'utf8')));
