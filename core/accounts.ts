/** One configured bot, number or page, with everything resolved. Built by the account's config node, read by core. */

import type { AccountFacts } from './answering/prompt.ts';
import type { ConsentWords } from './inbox/own-words.ts';
import type { Hours } from './policy/hours.ts';
import type { OutreachSettings } from './policy/outreach.ts';
import type { TakeoverTimes } from './policy/takeover.ts';
import type { Channel, ChannelSettings } from './ports.ts';

/** When people answer who are asked for. */
export interface PeopleTimes {
  /** By the account's clock. */
  hours: Hours;
  /** So much of their time may pass before the customer hears that nobody has come; milliseconds. 0: he never does. */
  patienceMs: number;
}

export interface Account {
  id: string;
  name: string;
  channel: Channel;
  settings: ChannelSettings;
  enabled: boolean;
  /** Whether its platform is one of our stand-ins on this machine. */
  simulated: boolean;
  /** ISO 639-1: the language until the contact's is known. */
  language: string;
  /** IANA name. */
  timezone: string;
  prompt: { manual: string; facts: AccountFacts };
  /** In front of its environment variables, e.g. `PLATFORM_`; empty for none. */
  envPrefix: string;
  /** What is said when nothing else can answer, by language: who answers here and with what it can help. */
  staticTexts: Record<string, string>;
  /** What a person may try first; shown on the simulator page. */
  suggestions: string[];
  /** How long the bot is silent after a human wrote, and at most in one go. */
  takeover: TakeoverTimes;
  /** Sent once before the bot's first words after a human's part; empty: nothing. */
  handBackText: string;
  /** Off: answers are stored as drafts, and a person approves them. */
  autoReply: boolean;
  /** A voice note is answered with one, where the channel, the answer and this machine let it. Absent: with words. */
  voiceReplies?: boolean;
  /** The webhook is answered only after the turn; for development. */
  inline: boolean;
  /** Accounts of one queue share its places for running turns. */
  queue: string;
  /** How long one attempt of a turn may take; milliseconds. */
  timeoutMs: number;
  /** Somebody chose that time, so the models may use it; else the customer hears something within 40 s. */
  timeoutChosen: boolean;
  /** A new message reopens a closed conversation. */
  reopens: boolean;
  /** Messages that come in a burst are answered together. */
  burst: boolean;
  /** The most messages we send to one contact in a day of the account's time zone; 0: no limit. */
  dailyLimit: number;
  /** By which a contact opts out and in, beside the words that hold everywhere; absent: none. */
  consentWords?: ConsentWords;
  /** When its people are there; absent: always, and nobody is told that none came. */
  people?: PeopleTimes;
  /** What it may write without being asked; absent: nothing. */
  outreach?: OutreachSettings;
}
