/** Endpoints that are known to work, for the provider's form, and what differs between them. */
import type { CallExtra } from './items.ts';

export interface Preset {
  baseUrl: string;
  /** `auto`: the Responses API, and chat completions where the server has no such thing. */
  api: 'auto' | 'chat';
  keyNeeded: boolean;
  /** Takes an anonymous id of the customer, which its abuse checks want. */
  customerId: boolean;
  /** May be relied on to keep conversations. */
  keeps: boolean;
  /** What a call made by another model must carry. */
  foreignCall?: CallExtra;
}

export type PresetName = 'openai' | 'gemini' | 'ollama' | 'litellm';

export const PRESETS: Record<PresetName, Preset> = {
  openai: {
    baseUrl: 'https://api.openai.com/v1',
    api: 'auto',
    keyNeeded: true,
    customerId: true,
    keeps: true,
  },
  // Has no /responses (its documentation, 2026-11); asking for it first would cost every process a call.
  gemini: {
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai/',
    api: 'chat',
    keyNeeded: true,
    customerId: false,
    keeps: false,
    // Its documentation's stand-in for the signature that its own calls come with.
    foreignCall: { signed: { google: { thought_signature: 'skip_thought_signature_validator' } } },
  },
  ollama: {
    baseUrl: 'http://127.0.0.1:11434/v1',
    api: 'auto',
    keyNeeded: false,
    customerId: false,
    keeps: false,
  },
  // Keeps conversations only with a database, and for models behind other APIs has lost them in many versions.
  litellm: {
    baseUrl: 'http://127.0.0.1:4000/v1',
    api: 'auto',
    keyNeeded: true,
    customerId: false,
    keeps: false,
  },
};

/** The preset that a base URL belongs to, by its host; undefined for every other server. */
export function presetOf(baseUrl: string): PresetName | undefined {
  const host = URL.parse(baseUrl)?.host;
  const names = Object.keys(PRESETS) as PresetName[];
  return names.find((name) => new URL(PRESETS[name].baseUrl).host === host);
}
