/** What the interface of calls is asked, in the order of the dialog. */
export const KINDS = ['start', 'end', 'read', 'list', 'audio', 'process', 'search'] as const;
export type Kind = (typeof KINDS)[number];
