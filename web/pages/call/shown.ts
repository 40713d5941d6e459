/** What is said in a call, as a chat shows it. */
import type { TranscriptItem } from '../../call/transcript.ts';
import type { ChatMessage, MessageState } from '../../components/bubble.ts';
import { t } from './words.ts';

const STATES: Partial<Record<TranscriptItem['state'], MessageState>> = {
  guess: 'draft',
  sending: 'sending',
  lost: 'failed',
};

export const shown = ({ id, author, text, at, state }: TranscriptItem): ChatMessage => ({
  id,
  from: author,
  text: text || '…',
  format: 'plain',
  at,
  state: STATES[state],
  note: state === 'cut' ? t(text ? 'item.cut' : 'item.unheard') : undefined,
});
