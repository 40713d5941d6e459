export const numbersIn = (text: string, _language: string): string => text;
