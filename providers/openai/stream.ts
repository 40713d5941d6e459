/** Reading streams: only a last event counts as success, and silence ends them. The SDK's loop ends quietly when it is aborted or cut. */
import { providerFailed } from './errors.ts';
import { beginsInThoughts, OTHER_SIDE, OTHER_SIDES, OWN_SIDES, spokenWords, withoutThoughts } from './marks.ts';
import { hideQuoted } from './quoted-marks.ts';

/** The server answered a request for a stream without one. */
export const NO_STREAM = Symbol('no stream');

export interface Watch {
  /** Fires with the outer signal, or after the silence. */
  signal: AbortSignal;
  /** Something came: the time of silence begins anew. */
  touch(ms?: number): void;
  stop(): void;
  /** What to throw where the stream ended without its last event, by itself or with `error`. */
  failure(error?: unknown): unknown;
}

export function watch(idleMs: number, outer: AbortSignal): Watch {
  const silence = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let pieces = 0;
  const arm = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), ms);
  };
  arm(idleMs);
  return {
    signal: AbortSignal.any([silence.signal, outer]),
    touch(ms = idleMs) {
      pieces++;
      arm(ms);
    },
    stop: () => clearTimeout(timer),
    failure(error) {
      if (outer.aborted) return outer.reason;
      if (silence.signal.aborted)
        return providerFailed('The answer stopped in the middle for too long.', 'It is asked again by itself.', true);
      if (pieces === 0) return error ?? NO_STREAM;
      return providerFailed('The answer broke off before its end.', 'It is asked again by itself.', true);
    },
  };
}

/** From here on a piece may turn out to be a mark, a call or their beginning. */
const HELD =
  /<|[\ufdd0-\ufdd7]|&(?:l?t?$|lt;)|◁|`{3}|`{1,2}$|functools|\[(?:TOOL|AVAILABLE|THINK|thinking|REASONING|reasoning|\||\/?INST|[gs]MASK|e~|思考|Start thinking|End thinking|[BE]OS\])|\[[A-Za-z/|_思考 ]*$|\](?:~|$)|(?<![^\n])(?:call:|Action:|#{1,3}$|### ?(?:$|[UHI]))|^\s*(?:\{|\[\s*(?:\{|$)|analysis|commentary)/;
/** Beginnings that may turn out to be none of the answer. */
const FRONTS = [
  ...['here is my thought process:', "here's my thought process:", 'final answer:', 'thought:', 'tool_code'],
  ...['thinking:', '**thinking', 'thoughts:', 'reasoning:', '**reasoning', 'thought process:', '**thought'],
  ...['assistant', 'model\n', 'ai:', 'calling ', '### response:', 'tool:', 'function:', 'to=', '@', '**action'],
  ...[
    'functions.',
    '[assistant]',
    ...OWN_SIDES.flatMap((side) => [`${side}:`, `**${side}`]).map((side) => side.toLowerCase()),
  ],
];
const mayBeFront = (words: string, tools: readonly string[]) => {
  const begun = words.slice(0, 60).trimStart().toLowerCase();
  return [...FRONTS, ...tools].some((front) => begun.startsWith(front) || front.startsWith(begun));
};

const SIDES = OTHER_SIDES.flatMap((side) => [`${side}:`, `${side.toUpperCase()}:`, `**${side}`, `[${side}]`]);
/** Where the other side of a made-up dialogue speaks, or may in the last line; -1 nowhere. */
function sideAt(words: string): number {
  const at = words.search(OTHER_SIDE);
  const last = words.lastIndexOf('\n');
  if (at >= 0 || last < 0) return at;
  const line = words.slice(last, last + 60).trimStart();
  return SIDES.some((side) => side.startsWith(line)) ? last : -1;
}

/**
 * Hands pieces on so that they join to what is shown in the end: without thoughts, marks and calls, without white space at either end, a
 * blank line between what was said before and after a tool was called. What may be a mark is held back until `pause`.
 * @param tools that the model may call.
 * @param thinksFirst nothing is shown before thoughts have ended, though nobody saw them begin.
 */
export function speaker(
  show: (piece: string) => void,
  tools: readonly string[] = [],
  thinksFirst = false,
): { hear(piece: string): void; pause(): void } {
  let raw = '';
  let shown = 0;
  let separator = '';
  let spoke = false;
  const reveal = (words: string) => {
    const visible = words.trim();
    if (visible.length <= shown) return;
    show(separator + visible.slice(shown));
    separator = '';
    spoke = true;
    shown = visible.length;
  };
  return {
    hear(piece) {
      raw += piece;
      const own = hideQuoted(raw);
      if (thinksFirst && !beginsInThoughts(own)) return;
      const words = withoutThoughts(own);
      const held = mayBeFront(words, tools) ? [0] : [words.search(HELD), sideAt(words)].filter((at) => at >= 0);
      reveal(words.slice(0, Math.min(words.length, ...held)));
    },
    pause() {
      reveal(spokenWords(raw, tools).words);
      raw = '';
      shown = 0;
      if (spoke) separator = '\n\n';
    },
  };
}
