/** A number of things in a sentence of the log: `1 file`, `2 files`. @param one what a single one is called; its plural ends in s */
export const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
