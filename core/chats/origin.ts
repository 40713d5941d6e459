/** Which sites may open a line here. */

export interface Origin {
  /** Of the page that asks; undefined: no browser does. */
  origin?: string;
  /** The host by which it reached us. */
  host?: string;
}

/** @param allowed other sites than this server's own, with blanks or commas between: `https://shop.example` */
export function mayOpen({ origin, host }: Origin, allowed: string): boolean {
  if (origin === undefined || (host !== undefined && originOf(origin)?.host === host)) return true;
  return allowed.split(/[\s,]+/).some((one) => originOf(one)?.origin === origin);
}

const originOf = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);
