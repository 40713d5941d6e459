/** What a site says of the widget, in the attributes of the one line that loads it. */

export interface Options {
  /** Where the site's own server gives tickets. */
  ticket: URL;
  chat: boolean;
  call: boolean;
  /** As the site says it, or as its page is written; empty: neither. */
  language: string;
  /** Undefined: as the system has it. */
  theme: 'light' | 'dark' | undefined;
  /** The script's own address: the server of chats and calls is there. */
  base: string;
}

/** @returns why it cannot be used, for whoever builds the site */
export function optionsOf({ src, dataset }: HTMLScriptElement, page: Document): Options | string {
  if (!dataset.ticket) return 'the attribute data-ticket is missing: the path of your server that gives tickets.';
  if (!URL.canParse(dataset.ticket, page.baseURI)) return 'the attribute data-ticket is no address.';
  const isOn = (value: string | undefined, usual: boolean) => (value === undefined ? usual : value !== 'off');
  const { theme } = dataset;
  return {
    ticket: new URL(dataset.ticket, page.baseURI),
    chat: isOn(dataset.chat, true),
    call: isOn(dataset.call, false),
    language: dataset.language || page.documentElement.lang,
    theme: theme === 'light' || theme === 'dark' ? theme : undefined,
    base: src || page.baseURI,
  };
}
