export const isBackchannel = (text: string, _language?: string): boolean => /^(mm+|ok|uh-huh|نعم)[.!]?$/iu.test(text);
