/** Whether the environment has instructions for the accounts of a prefix, so that none is called unconfigured that has. In the browser only. */
import { SETTINGS } from '../../core/settings.ts';
import type { OuterSetting } from '../../node-red/server/settings.ts';

const known = new Map<string, boolean>();
const asked = new Set<string>();

export const isPrefix = (value: string) => /^([A-Z][A-Z0-9_]*_)?$/.test(value);

/** `undefined` until the server has told, which is asked once for each prefix; all accounts are validated again then. */
export function instructionsOutside(prefix: string): boolean | undefined {
  if (!isPrefix(prefix)) return false;
  if (!asked.has(prefix)) {
    asked.add(prefix);
    $.getJSON('dragoman/settings', { prefix })
      .done(({ settings }: { settings: OuterSetting[] }) => learnInstructions(prefix, settings))
      .fail(() => learnInstructions(prefix, []));
  }
  return known.get(prefix);
}

/** @param settings what the server tells of the prefix's variables */
export function learnInstructions(prefix: string, settings: OuterSetting[]): void {
  const there = settings.some(({ name, from }) => name === SETTINGS.instructions.env && from === 'environment');
  if (known.get(prefix) === there) return;
  known.set(prefix, there);
  RED.nodes.eachConfig((node) => {
    if (node.type === 'dragoman-account') RED.editor.validateNode(node);
  });
}
