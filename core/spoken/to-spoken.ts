export const toSpoken = (text: string, _language: string): string => text;
