/** What is shipped for a grown installation, as its tests read it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SETTINGS } from '../../core/settings.ts';

export const PROJECT = path.resolve(import.meta.dirname, '../..');
export const read = (file: string) => readFileSync(path.join(PROJECT, file), 'utf8');

/** What a variable of a process stands for: a setting, or the file of a secret one. */
export const isKnown = (variable: string) =>
  Object.values(SETTINGS).some(
    (spec) => variable === spec.env || ('secret' in spec && variable === `${spec.env}_FILE`),
  );
/** The time in which a process that is told to end lets its turns end. */
export const drainSeconds =
  Number(/DRAIN_MS = ([\d_]+)/.exec(read('node-red/plugin.ts'))![1]!.replaceAll('_', '')) / 1_000;
