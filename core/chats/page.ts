/** Where on a site somebody is. What stands behind the path may be anything, such as a key or a name: it is not kept. */
import { cutText, LONGEST_ID } from '../text/lengths.ts';

/** The address without query, fragment and login; undefined where it is none of a site. */
export function pageOf(address: string): string | undefined {
  if (address.length > LONGEST_ID * 8 || !URL.canParse(address)) return undefined;
  const { protocol, origin, pathname } = new URL(address);
  return /^https?:$/.test(protocol) ? cutText(origin + pathname, LONGEST_ID) : undefined;
}
