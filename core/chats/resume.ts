/** The word by which a page comes back to its chat, any time later. */
import { hashOf, newSecret } from '../calls/tickets.ts';
import { newId } from '../ids.ts';

export const newResume = (now: number): string => `${newId(now)}.${newSecret()}`;

/** What is kept of it: nobody who reads that can come back. Undefined where it is no such word. */
export function resumeKey(resume: string): string | undefined {
  const [, id, secret] = /^([\da-f-]{36})\.([\w-]{32})$/.exec(resume) ?? [];
  return id && secret && `${id}.${hashOf(secret)}`;
}
