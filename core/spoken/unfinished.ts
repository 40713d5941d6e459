export const isUnfinished = (text: string, _language?: string): boolean => /(is|and|و)$/iu.test(text);
