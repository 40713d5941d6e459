/** ISO 4217 codes of the currencies that there are. */
export const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
