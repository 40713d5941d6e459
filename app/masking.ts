/**
 * The one place where personal data is taken out of what leaves for an LLM: what was said, tool results, errors. Tokens come
 * back and stay in the flow; `restore` puts them right on the way to the contact whose they are. A flow needs no node for it.
 */

import { COLLEAGUE, composeInstructions, OWN_WORDS } from '../core/answering/prompt.ts';
import { DragomanError } from '../core/errors.ts';
import type { Json, Passage } from '../core/model.ts';
import type { AnswerRequest, Embedder, Outgoing, PersonalData, Provider, Store, ToolCall } from '../core/ports.ts';
import { maskDeep } from '../core/privacy/mask-deep.ts';
import {
  breakTokens,
  createMask,
  type Detector,
  type Mask,
  mayHoldTokens,
  type PersonalKind,
  type Vault,
} from '../core/privacy/masking.ts';
import type { LiveTurn } from './turn.ts';

export interface ContactMask extends Mask {
  /**
   * Makes new tokens durable. To be awaited before a masked text leaves.
   * @returns false when another turn of the contact had used a token for something else: what was masked since must be masked again.
   */
  keep(): Promise<boolean>;
  /** From now on what these texts of the business are about is nobody's name where it is not written as one; at first, what the account says. */
  spareTopics(instructions: string, passages: Pick<Passage, 'title' | 'text'>[]): void;
}

export interface Masking {
  /** The turn's mask; the same one however often it is asked for. */
  of(live: LiveTurn): Promise<ContactMask>;
  /** What the turn masks from now on, instead of all kinds. */
  choose(live: LiveTurn, kinds: readonly PersonalKind[]): void;
  /** An LLM's words as the contact is to read them; those of others are left as they are. Never touches the address of a medium. */
  restore(live: LiveTurn, content: Outgoing): Promise<Outgoing>;
  /** The turn has ended: what it masked is stored, and who speaks late gets a mask anew. */
  forget(live: LiveTurn): void;
}

const NO_VAULT: Vault = { tokens: {}, originals: {} };
const TOKENS_RULE =
  'Words in square brackets such as [PHONE_1] or [NAME_2] stand for personal data that you are not shown. Where you need them, write ' +
  'them exactly as they are, and never guess what they stand for.';

/** @param load called when the first turn needs it. */
export function createMasking(store: Pick<Store, 'vault' | 'addToVault'>, load: () => Promise<PersonalData>): Masking {
  const masks = new WeakMap<LiveTurn, Promise<ContactMask>>();
  const kinds = new WeakMap<LiveTurn, readonly PersonalKind[]>();
  const of = (live: LiveTurn) => {
    const known = masks.get(live) ?? maskFor(store, load, live, kinds.get(live));
    masks.set(live, known);
    // A store that failed may work the next time.
    known.catch(() => masks.delete(live));
    return known;
  };
  return {
    of,
    choose(live, chosen) {
      kinds.set(live, chosen);
      masks.delete(live);
    },
    forget: (live) => void masks.delete(live),
    async restore(live, content) {
      const written = live.source?.kind === 'llm' || live.source?.kind === 'fallback-llm';
      if (!written || !mayHoldTokens(JSON.stringify(content))) return content;
      const { restore } = await of(live);
      return {
        ...content,
        text: restore(content.text),
        buttons: content.buttons?.map((button) => ({ ...button, title: restore(button.title) })),
        media: content.media?.map((medium) => ({ ...medium, caption: medium.caption && restore(medium.caption) })),
      };
    },
  };
}

/** The mask of a turn's contact. Without a contact (a group), tokens live as long as the turn. */
export async function maskFor(
  store: Pick<Store, 'vault' | 'addToVault'>,
  load: () => Promise<PersonalData>,
  { contact, account }: Pick<LiveTurn, 'contact' | 'account'>,
  kinds?: readonly PersonalKind[],
): Promise<ContactMask> {
  const [data, vault] = await Promise.all([load(), contact ? store.vault(contact.id) : NO_VAULT]);
  const mask = createMask(data.detect, data.hintsOf(contact, account), vault, kinds);
  const spareTopics = (instructions: string, passages: Pick<Passage, 'title' | 'text'>[]) => {
    const titles = passages.map(({ title }) => title);
    const texts = [instructions, ...titles, ...passages.map(({ text }) => text)];
    mask.spare(data.topicsOf(texts, [account.name, account.prompt.facts.business ?? '', ...titles]));
  };
  spareTopics(composeInstructions(account.prompt).text, []);
  return Object.assign(mask, {
    spareTopics,
    async keep() {
      if (!mask.changed() || !contact) return true;
      const added = mask.added();
      const stored = await store.addToVault(contact.id, added);
      mask.adopt(stored);
      return Object.entries(added.tokens).every(([value, token]) => stored.tokens[value] === token);
    },
  });
}

/** Is told what leaves and what comes back, with tokens. */
export interface MaskWatch {
  asked?(request: AnswerRequest): void;
  /** @param began when it was called, by `performance.now()` */
  called?(call: ToolCall, result: string, began: number): void;
}

/** What comes back keeps its tokens, deltas included. Rejects as the provider does, with nothing personal in the error. */
export function maskedProvider(provider: Provider, mask: ContactMask, watch: MaskWatch = {}): Provider {
  return {
    async answer(request) {
      const { callTool } = request;
      const masked = await kept(mask, () => maskRequest(request, mask));
      const run: AnswerRequest['callTool'] = async (call) => {
        const began = performance.now();
        const result = await callTool!(call);
        const masked = await kept(mask, () => maskResult(result, mask)).catch(() => NOT_KEPT);
        watch.called?.(call, masked, began);
        return masked;
      };
      watch.asked?.(masked);
      try {
        return await provider.answer({ ...masked, callTool: callTool && run });
      } catch (error) {
        throw maskedError(error, mask);
      }
    },
  };
}

const NOT_KEPT = '{"error":"The result cannot be shown now."}';

/** Vectors of texts without what can be told as personal by its shape. Whose texts they are is not known here. */
export function maskedEmbedder(embedder: Embedder, load: () => Promise<PersonalData>): Embedder {
  return {
    ...embedder,
    async embed(texts, signal) {
      const { detect } = await load();
      return embedder.embed(
        texts.map((text) => blanked(text, detect)),
        signal,
      );
    },
  };
}

function blanked(text: string, detect: Detector): string {
  let rest = '';
  let from = 0;
  for (const { start, end, kind } of detect(text, { countries: [], names: [], ids: [] })) {
    rest += `${text.slice(from, start)}[${kind}]`;
    from = end;
  }
  return rest + text.slice(from);
}

/** Masks once more where a token turned out to be taken; each time, the mask has learnt what is stored. */
async function kept<T>(mask: ContactMask, make: () => T): Promise<T> {
  for (let attempt = 1; attempt <= 5; attempt++) {
    const made = make();
    if (await mask.keep()) return made;
  }
  throw new DragomanError(
    'STORE_UNAVAILABLE',
    'The tokens of a contact’s personal data could not be agreed on.',
    'Nothing needs to be done; the turn is tried again.',
    { retryable: true },
  );
}

/** What the business wrote stays as it is: its phones, links and words are for everybody. */
function maskRequest(request: AnswerRequest, mask: ContactMask): AnswerRequest {
  const passages = request.passages.map((passage) => ({
    ...passage,
    title: breakTokens(passage.title),
    text: breakTokens(passage.text),
  }));
  mask.spareTopics(request.instructions, passages);
  // What the customer wrote first: it says what is personal in what was answered.
  const said = request.history.map(({ role, text }) => (role === 'user' ? maskSaid(text, mask) : text));
  const history = request.history.map((message, at) => ({
    ...message,
    text: message.role === 'user' ? said[at]! : maskAnswer(message.text, mask),
  }));
  const masked: AnswerRequest = { ...request, history, passages };
  return mask.found().length > 0 ? { ...masked, instructions: `${request.instructions}\n\n${TOKENS_RULE}` } : masked;
}

/** Our own words in brackets are nobody's name. */
const besideOwnWords = (text: string, change: (piece: string, behind?: string) => string) =>
  text
    .split(OWN_WORDS)
    .map((piece, index, all) => (index % 2 ? piece : change(piece, all[index - 1])))
    .join('');

const maskSaid = (text: string, mask: Mask) => besideOwnWords(text, (piece) => mask.mask(piece));
const maskAnswer = (text: string, mask: Mask) =>
  besideOwnWords(text, (piece, behind) =>
    mask.maskAnswer(piece, behind && COLLEAGUE.startsWith(behind) ? 'person' : 'bot'),
  );

/** A tool's result is JSON as a rule; then its keys stay, and tell what their values are. */
function maskResult(result: string, mask: Mask): string {
  if (!/^\s*[[{"]/.test(result)) return mask.mask(result);
  let value: Json;
  try {
    value = JSON.parse(result) as Json;
  } catch {
    return mask.mask(result);
  }
  return JSON.stringify(maskDeep(value, mask));
}

/** Without its cause: that is the SDK's, and may hold the request. */
function maskedError(error: unknown, mask: Mask): unknown {
  if (!(error instanceof Error)) return new Error(mask.mask(String(error)));
  const { message, cause: _, ...rest } = error as Error & { cause?: unknown };
  if (!DragomanError.is(error)) return Object.assign(new Error(mask.mask(message)), { name: error.name });
  const { code, action, retryable } = error;
  return Object.assign(new DragomanError(code, mask.mask(message), mask.mask(action), { retryable }), rest, {
    action: mask.mask(action),
  });
}
