/** Anything JSON can hold. */

/** Anything JSON can hold; what a channel keeps for itself (addresses, rendered requests) is opaque to the rest. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
