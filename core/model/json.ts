/** What JSON can hold, and whether it is an object. */

/** Anything JSON can hold; what a channel keeps for itself (addresses, rendered requests) is opaque to the rest. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
