/**
 * What this process says of itself, without personal data and secrets: lines of our logger, errors of others, and, where Dragoman runs as
 * its own process, everything that is written to its output.
 */
import { NEW_IDS, OWN_IDS } from '../../core/ids.ts';
import { cutText, LONGEST_LINE } from '../../core/text/lengths.ts';
import { shapesOnly } from './detector.ts';
import { crossOut } from './not-phones.ts';

const LINE_LENGTH = 300;
const NOBODY = { countries: [], names: [], ids: [] };
/** Longer output is no log; only its beginning is looked at closely. */
const LONGEST = 64 * 1024;

/** The first line of a foreign error, with everything that may be a secret, an address or somebody's words replaced by `…`; our ids stay. */
export function maskLine(text: string): string {
  const line = withoutKeys(cutText(text, LONGEST_LINE).split('\n', 1)[0] ?? '')
    .replace(/\b(passw(?:or)?d|pwd|secret|api[ _-]?key)(\s?[:=]\s?)[^\s…]+/gi, '$1$2…')
    .replace(/(["“«]).*(["”»])/g, '$1…$2')
    .replace(/([?&][\w.-]+=)[^&\s]+/g, '$1…')
    .replace(/(\w+:\/\/)[^/\s@]+@/g, '$1…@')
    .replace(/[^\s@]+@[^\s@]+\.\w+/g, '…')
    .replace(/\b(Bearer|Basic|token|bot)[\s:=]*[\w.:~+/=-]{8,}/gi, '$1 …');
  // A key is taken whole before a number in it is.
  const masked = besides(line, NEW_IDS, (piece) =>
    piece.replace(/(?=[\w-]*\d)[\w-]{24,}/g, '…').replace(/\+?\p{Nd}[\p{Nd}\s().-]{5,}\p{Nd}/gu, '…'),
  );
  return masked.slice(0, LINE_LENGTH);
}

/** What platforms and LLM endpoints give out as keys, by their shapes: a bot's token, Meta's, and those that begin with who made them. */
const KEYS =
  /(?<!\d)\d{6,12}:[\w-]{30,}|\b(?:EAA|IGQ|IGAA)[\w-]{12,}|\b(?:sk|gsk|xai|hf|r8)[-_][\w-]{16,}|\bAIza[\w-]{20,}/g;
/** A key by its name, as a query, a form or JSON has it. */
const NAMED_KEYS =
  /((?:passw(?:or)?d|pwd|secret|token|api[_-]?key)(?:=["']?|["']?\s?:\s?["']))[^\s"'&,;…]{3,}|\b(Bearer )[\w.~+/=-]{8,}/gi;
/** A person's number that is called an id. */
const NUMBER_IDS = /\b((?:wa_?id|recipient_id)["'\s:=]{1,4})\p{Nd}{6,15}(?![\p{L}\p{Nd}-])/giu;

/** A text without what has the shape of a key or a password, whoever wrote it. */
export const withoutKeys = (text: string): string =>
  text.replace(KEYS, '…').replace(NAMED_KEYS, '$1$2…').replace(NUMBER_IDS, '$1…');

/** A text of our own with keys, phones, e-mail addresses, cards, IBANs and WhatsApp ids replaced by `…`; the rest stays readable, ids too. */
export function maskOutput(given: string): string {
  const text = withoutKeys(given);
  if (!/[\p{Nd}@＠]/u.test(text)) return text;
  const looked = text.slice(0, LONGEST);
  let masked = '';
  let from = 0;
  const ids = Array.from(looked.matchAll(OWN_IDS), ({ 0: id, index }) => ({ start: index, end: index + id.length }));
  for (const { start, end } of shapesOnly(ids.length ? crossOut(looked, ids) : looked, NOBODY)) {
    masked += `${looked.slice(from, start)}…`;
    from = end;
  }
  masked += looked.slice(from);
  const rest = besides(text.slice(LONGEST), OWN_IDS, (piece) =>
    piece.replace(/\p{Nd}(?:[\s().-]{0,3}\p{Nd}){8,}|[^\s@]{1,64}@[^\s@]+/gu, '…'),
  );
  return masked + rest;
}

/** The text with what is not one of `ids` changed. */
function besides(text: string, ids: RegExp, change: (piece: string) => string): string {
  let changed = '';
  let from = 0;
  for (const { 0: id, index } of text.matchAll(ids)) {
    changed += change(text.slice(from, index)) + id;
    from = index + id.length;
  }
  return changed + change(text.slice(from));
}

type Write = typeof process.stdout.write;

/**
 * From now on, what this process writes to its standard output and error goes through `maskOutput`: Node-RED's log, other nodes'
 * `console.log`. Not reached: what native code or child processes write by themselves, and a number that is written in two calls.
 * @returns undoes it.
 */
export function maskProcessOutput(streams: Pick<typeof process.stdout, 'write'>[] = [process.stdout, process.stderr]) {
  const undo = streams.map((stream) => {
    const write = stream.write;
    const masked = (chunk: Uint8Array | string, ...more: unknown[]) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      const clean = maskOutput(text);
      // Bytes that are no text, and all that holds nothing, go through as they are.
      return (write as (...args: unknown[]) => boolean).call(stream, clean === text ? chunk : clean, ...more);
    };
    stream.write = masked as Write;
    return () => {
      stream.write = write;
    };
  });
  return () => {
    for (const each of undo) each();
  };
}
