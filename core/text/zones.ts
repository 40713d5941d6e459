/** Names of time zones. */

/** Names that are. What is not is not remembered, so that strangers cannot fill the memory. */
const known = new Set<string>();

/** Whether this is a zone that dates can be shown in: an IANA name, mostly. Making a format to find out costs a hundred times what it does. */
export function isZone(name: string): boolean {
  if (known.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    known.add(name);
    return true;
  } catch {
    return false;
  }
}
