/** What may be told of orders to other systems, in the order of the dialog. */
export const KINDS = ['sells', 'metrics', 'reset', 'delivered', 'status'] as const;
export type Kind = (typeof KINDS)[number];
