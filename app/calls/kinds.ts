/** What the interface of calls, and of chats, is asked, in the order of the dialog. */
export const KINDS = ['start', 'end', 'read', 'list', 'audio', 'process', 'search', 'chat'] as const;
export type Kind = (typeof KINDS)[number];
