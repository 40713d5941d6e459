/** Addresses of the web and of mail, as somebody tells them: "shop dot example", "ana at shop dot es". */

const MAIL = /(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}(?![\w-])/giu;
const LINK = /(?:https?:\/\/|www\.)[^\s<>"'`|\\^{}[\]]+/giu;
const HOST =
  /(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,4}(?:com|net|org|info|shop|store|app|eu|es|it|ru|ir|sa|eg|ae|io|co|uk|example)(?:\/[^\s<>"'`|]*)?(?![\w-])/gu;

export interface AddressWords {
  dot: string;
  at: string;
}

/** @param words none: the host as it is written */
export function sayAddresses(text: string, words: AddressWords | undefined): string {
  const dotted = (name: string) => (words ? name.replaceAll('.', ` ${words.dot} `).replace(/[-_+]/g, ' ') : name);
  return text
    .replace(MAIL, (mail) => (words ? mail.split('@').map(dotted).join(` ${words.at} `) : mail))
    .replace(LINK, (link) => dotted(hostOf(link)) + endOf(link))
    .replace(HOST, (link) => dotted(hostOf(link)) + endOf(link));
}

/** The host without its `www`, and nothing of what follows it. */
const hostOf = (link: string): string =>
  link
    .replace(/^https?:\/\//i, '')
    .replace(/[/?#:].*$/su, '')
    .replace(/^(?:[^@]*@)?(?:www\.)?/i, '')
    .replace(/[^\p{L}\p{N}]+$/u, '');

/** The mark of a sentence behind a link is none of it. */
const endOf = (link: string): string => /[.,;:!?)]$/.exec(link)?.[0] ?? '';
