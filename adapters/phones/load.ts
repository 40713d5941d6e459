/** The phone book, loaded at its first use: a start without orders does not wait for the numbering plans of the world (some 60 ms). */
import type { PhoneBook } from '../../core/ports.ts';

let loading: Promise<PhoneBook> | undefined;

export function loadPhoneBook(): Promise<PhoneBook> {
  loading ??= import('./phone-book.ts').then(({ phoneBook }) => phoneBook);
  return loading;
}
