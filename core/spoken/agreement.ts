export const agreementOf = (text: string, _language?: string): 'yes' | 'no' | null =>
  /^(yes|نعم|si|sí|sì|да|بله)[.!]?$/iu.test(text.trim()) ? 'yes' : null;
