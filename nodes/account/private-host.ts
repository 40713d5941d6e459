/** By name and number as a browser has them; `adapters/tools/address.ts` tells where a request of a tool may go. */
const PRIVATE =
  /^(localhost|.*\.(localhost|local|internal|lan|home|home\.arpa)|127\..*|10\..*|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*|169\.254\..*|0\.0\.0\.0|\[::1?\]|\[f[cd].*|\[fe80:.*)$/;

/** Nobody outside this machine or its network can reach such a host. */
export function isPrivate(host: string): boolean {
  return PRIVATE.test(host) || !/[.:]/.test(host);
}
