/** The name of a saved answer as it is kept: a word that is typed after `/`. */
export const nameOfAnswer = (name: string): string => name.trim().replace(/^\/+/, '').replace(/\s+/g, '-');

/** Equal for names that are the same to who types them. */
export const keyOfAnswer = (name: string): string => nameOfAnswer(name).toLowerCase();
