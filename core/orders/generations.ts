/**
 * What a model wrote before for the same content, so that the same is not paid for twice. A small interface, for a store or Redis may stand
 * behind it as well.
 */
import { createHash } from 'node:crypto';

/** All that decides what a model writes. Personal data stands in it as tokens only. */
export interface GenerationContent {
  /** The engine that is asked. */
  model: string;
  variant: string;
  /** ISO 639-1. */
  language: string;
  /** What the model is told to do: whoever changes them gets new words. */
  instructions: string;
  template: string;
  /** The template filled with the order, as the model gets it. */
  message: string;
}

export interface Generations {
  /** The words as the model gave them, tokens in. Undefined: none are known. Never rejects. */
  get(key: string): Promise<string | undefined>;
  /** Never rejects. */
  set(key: string, text: string): Promise<void>;
}

/** The same for the same content, and for no other. */
export function generationKey({
  model,
  variant,
  language,
  instructions,
  template,
  message,
}: GenerationContent): string {
  const content = JSON.stringify([model, variant, language, instructions, template, message]);
  return createHash('sha256').update(content).digest('base64url');
}

/** In memory: the `limit` that were used last. A message has 4,096 letters at most. */
export function createGenerations(limit = 1_000): Generations {
  const texts = new Map<string, string>();
  return {
    async get(key) {
      const text = texts.get(key);
      if (text === undefined) return undefined;
      // The one that was used last stands at the end.
      texts.delete(key);
      texts.set(key, text);
      return text;
    },
    async set(key, text) {
      texts.delete(key);
      texts.set(key, text);
      if (texts.size > limit) texts.delete(texts.keys().next().value!);
    },
  };
}
