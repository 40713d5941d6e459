/** What the node may answer with, in the order of its dialog. */
export const KINDS = ['sells', 'metrics', 'reset', 'delivered', 'status'] as const;
export type Kind = (typeof KINDS)[number];
