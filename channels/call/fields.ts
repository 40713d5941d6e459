/** What an account for calls is configured with. Pure data: the channel and the editor's form read it. */
import type { ChannelField } from '../../core/ports.ts';

export const fields = {
  /** Other sites that may open a line, with spaces between: `https://shop.example`. */
  origins: { env: 'CALL_ORIGINS' },
  /** Said when the line opens; empty: the caller begins. */
  greeting: { env: 'CALL_GREETING' },
  /** Names that a transcriber may not know, with commas between. */
  hints: { env: 'CALL_HINTS' },
  recording: { env: 'CALL_RECORDING', default: 'off', options: ['off', 'on'] },
} satisfies Record<string, ChannelField>;
