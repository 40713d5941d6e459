/** What pages are told while it happens. */
import type { JsonObject } from './json.ts';

/**
 * `conversation`: something in one is another now. `conversations`: in many, or in whichever. `typing`: a colleague writes in one. `resync`: what
 * happened meanwhile is not known; load all again. Others have kinds of their own. Never a customer's words, names or numbers.
 */
export type LiveEvent = { kind: string } & JsonObject;
