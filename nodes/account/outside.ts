/**
 * What the environment says for the accounts of a prefix, so that none is called unconfigured that has instructions, and each in test mode is
 * marked. In the browser only.
 */
import { isYes, SETTINGS } from '../../core/settings.ts';
import type { OuterSetting } from '../../node-red/server/settings.ts';

interface Outside {
  instructions: boolean;
  testMode: boolean;
}

const known = new Map<string, Outside>();
const asked = new Set<string>();

export const isPrefix = (value: string) => /^([A-Z][A-Z0-9_]*_)?$/.test(value);

/** `undefined` until the server has told, which is asked once for each prefix; all accounts are validated again then. */
export function outside(prefix: string): Outside | undefined {
  if (!isPrefix(prefix)) return { instructions: false, testMode: false };
  if (!asked.has(prefix)) {
    asked.add(prefix);
    $.getJSON('dragoman/settings', { prefix })
      .done(({ settings }: { settings: OuterSetting[] }) => learnOutside(prefix, settings))
      .fail(() => learnOutside(prefix, []));
  }
  return known.get(prefix);
}

/** @param settings what the server tells of the prefix's variables */
export function learnOutside(prefix: string, settings: OuterSetting[]): void {
  const before = known.get(prefix);
  const instructions = settings.some(({ name, from }) => name === SETTINGS.instructions.env && from === 'environment');
  const testMode = settings.some(({ name, value }) => name === SETTINGS.sellerTestMode.env && isYes(value));
  if (before?.instructions === instructions && before.testMode === testMode) return;
  known.set(prefix, { instructions, testMode });
  RED.nodes.eachConfig((node) => {
    if (node.type === 'dragoman-account') RED.editor.validateNode(node);
  });
}
