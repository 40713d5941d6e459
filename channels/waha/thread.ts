import type { ParsedThread } from '../../core/ports.ts';

/** @param phone E.164 */
export function threadOf(phone: string): ParsedThread {
  const value = phone.replace(/^\+/, '');
  return { kind: 'private', identities: [{ kind: 'phone', value }], address: { chatId: `${value}@c.us` } };
}
