/**
 * Who has the floor in a call: pure. What happened goes in, with its time; what is to be done comes out. A caller who goes on speaking goes on
 * with the same words; one who speaks into an answer holds it, and ends it once it is clear that he means to.
 */
import { isBackchannel, isUnfinished } from '../spoken/listening.ts';

/** Milliseconds. */
export interface Pace {
  /** A caller who is silent for so long after a stretch has ended. */
  end: number;
  /** One whose words cannot be the end of what he wants to say. */
  unfinished: number;
  /** Speech of this length ends an answer, whatever it says. */
  interrupt: number;
  /** A word of listening this short before the end of an answer is the answer to it: "… shall I order it?" "Yes." */
  overlap: number;
  /** Nobody says anything for so long: he is asked whether he is there, and once more so long later told goodbye. */
  silence: number;
}

export const PACE: Pace = { end: 450, unfinished: 1_600, interrupt: 700, overlap: 2_500, silence: 12_000 };

/** A stretch of speech between two pauses. */
interface Stretch {
  id: string;
  /** Null while it is put into words. */
  text: string | null;
}

export interface Floor {
  /** Since when the caller speaks; null: he does not. */
  speaking: number | null;
  /** When he last stopped. */
  stoppedAt: number;
  stretches: Stretch[];
  /** Words of listening into an answer, and when they ended: they may prove to be the answer to it. */
  listening: { stretches: Stretch[]; at: number } | null;
  /** An answer is heard, or paused. */
  saying: boolean;
  held: boolean;
  /** An answer is being made. */
  thinking: boolean;
  /** People have the call: nobody is asked whether he is there. */
  people: boolean;
  muted: boolean;
  /** Since when nothing happened. */
  quietSince: number;
  asked: boolean;
  language: string;
}

export type Happening =
  | { kind: 'speech'; on: true }
  | { kind: 'speech'; on: false; stretch: string }
  /** Words of a stretch; empty: there were none. */
  | { kind: 'words'; stretch: string; text: string }
  | { kind: 'typed' }
  | { kind: 'cancel' }
  | { kind: 'forget' }
  | { kind: 'saying'; on: boolean }
  | { kind: 'thinking'; on: boolean }
  | { kind: 'people'; on: boolean }
  | { kind: 'muted'; on: boolean }
  | { kind: 'language'; language: string }
  | { kind: 'time' };

export type Deed =
  /** The player pauses, or goes on. */
  | { kind: 'hold'; on: boolean }
  | { kind: 'interrupt' }
  /** These words are said: they are the caller's turn. */
  | { kind: 'commit'; text: string; stretches: string[] }
  /** They were nothing, or only a sign of listening. */
  | { kind: 'drop'; stretches: string[] }
  | { kind: 'ask' }
  | { kind: 'hang-up' };

export const openFloor = (now: number, language: string): Floor => ({
  speaking: null,
  stoppedAt: now,
  stretches: [],
  listening: null,
  saying: false,
  held: false,
  thinking: false,
  people: false,
  muted: false,
  quietSince: now,
  asked: false,
  language,
});

/** @returns what is to be done now, in order, and when it is to be asked again if nothing happens; undefined: not by itself. */
export function take(
  before: Floor,
  happening: Happening,
  now: number,
  pace: Pace = PACE,
): { floor: Floor; deeds: Deed[]; wakeAt: number | undefined } {
  const floor: Floor = { ...before, stretches: [...before.stretches] };
  const deeds: Deed[] = [];
  note(floor, deeds, happening, now);
  settle(floor, deeds, now, pace);
  return { floor, deeds, wakeAt: nextLook(floor, pace) };
}

function note(floor: Floor, deeds: Deed[], happening: Happening, now: number): void {
  switch (happening.kind) {
    case 'speech':
      floor.quietSince = now;
      if (!happening.on) {
        floor.speaking = null;
        floor.stoppedAt = now;
        floor.stretches.push({ id: happening.stretch, text: null });
      } else {
        floor.speaking = now;
        if (floor.saying && !floor.held) hold(floor, deeds, true);
      }
      return;
    case 'words': {
      const stretch = floor.stretches.find(({ id }) => id === happening.stretch);
      if (stretch) stretch.text = happening.text.trim();
      return;
    }
    case 'typed':
      floor.asked = false;
      floor.quietSince = now;
      if (floor.saying) interrupt(floor, deeds);
      return;
    case 'cancel':
      floor.quietSince = now;
      if (floor.saying) interrupt(floor, deeds);
      return;
    case 'forget':
      drop(floor, deeds);
      return;
    case 'saying':
      if (floor.saying !== happening.on) floor.quietSince = now;
      floor.saying = happening.on;
      if (!happening.on) {
        floor.held = false;
        answerOf(floor);
      }
      // He was speaking already when the answer began.
      else if (floor.speaking !== null && !floor.held) hold(floor, deeds, true);
      return;
    case 'thinking':
    case 'people':
      floor[happening.kind] = happening.on;
      floor.quietSince = now;
      return;
    case 'muted':
      floor.muted = happening.on;
      floor.quietSince = now;
      return;
    case 'language':
      floor.language = happening.language;
      return;
    case 'time':
      return;
  }
}

function settle(floor: Floor, deeds: Deed[], now: number, pace: Pace): void {
  if (floor.speaking !== null) {
    if (floor.held && now - floor.speaking >= pace.interrupt) interrupt(floor, deeds);
    return;
  }
  const said = wordsOf(floor);
  if (said !== undefined && floor.stretches.length > 0) {
    const listens = said !== '' && (floor.saying || floor.thinking) && isBackchannel(said, floor.language);
    if (said === '' || listens) {
      if (listens && floor.saying) listen(floor, deeds);
      else drop(floor, deeds);
      if (floor.held) hold(floor, deeds, false);
    } else {
      if (floor.saying) interrupt(floor, deeds);
      if (now >= endsAt(floor, said, pace)) {
        deeds.push({ kind: 'commit', text: said, stretches: floor.stretches.map(({ id }) => id) });
        floor.stretches = [];
        floor.asked = false;
        floor.quietSince = now;
      }
    }
  }
  if (floor.listening && now >= floor.listening.at + pace.overlap) forget(floor, deeds);
  if (isQuiet(floor) && now - floor.quietSince >= pace.silence) {
    deeds.push({ kind: floor.asked ? 'hang-up' : 'ask' });
    floor.asked = true;
    floor.quietSince = now;
  }
}

/** What was said since the last commit; undefined while some of it has no words yet. */
function wordsOf({ stretches }: Floor): string | undefined {
  if (stretches.some(({ text }) => text === null)) return undefined;
  return stretches
    .map(({ text }) => text)
    .filter(Boolean)
    .join(' ');
}

const endsAt = ({ stoppedAt, language }: Floor, said: string, pace: Pace) =>
  stoppedAt + (isUnfinished(said, language) ? pace.unfinished : pace.end);

const isQuiet = ({ saying, thinking, people, muted, stretches }: Floor) =>
  !saying && !thinking && !people && !muted && stretches.length === 0;

function nextLook(floor: Floor, pace: Pace): number | undefined {
  if (floor.speaking !== null) return floor.held ? floor.speaking + pace.interrupt : undefined;
  const said = floor.stretches.length > 0 ? wordsOf(floor) : undefined;
  if (said) return endsAt(floor, said, pace);
  if (floor.listening) return floor.listening.at + pace.overlap;
  return isQuiet(floor) ? floor.quietSince + pace.silence : undefined;
}

/** Kept until it is clear whether the answer ends with them. */
function listen(floor: Floor, deeds: Deed[]): void {
  forget(floor, deeds);
  floor.listening = { stretches: floor.stretches, at: floor.stoppedAt };
  floor.stretches = [];
}

/** The answer is over: what was said into its end is said to it. */
function answerOf(floor: Floor): void {
  if (!floor.listening) return;
  floor.stretches = [...floor.listening.stretches, ...floor.stretches];
  floor.listening = null;
}

function forget(floor: Floor, deeds: Deed[]): void {
  if (floor.listening) deeds.push({ kind: 'drop', stretches: floor.listening.stretches.map(({ id }) => id) });
  floor.listening = null;
}

function hold(floor: Floor, deeds: Deed[], on: boolean): void {
  floor.held = on;
  deeds.push({ kind: 'hold', on });
}

function interrupt(floor: Floor, deeds: Deed[]): void {
  forget(floor, deeds);
  floor.saying = false;
  floor.held = false;
  deeds.push({ kind: 'interrupt' });
}

function drop(floor: Floor, deeds: Deed[]): void {
  if (floor.stretches.length > 0) deeds.push({ kind: 'drop', stretches: floor.stretches.map(({ id }) => id) });
  floor.stretches = [];
}
