/** Leads from the editor to a page. Loaded by the editor where the start is our own (`settings.ts`); the build fills in which page, and its words. */

/** The page's path, without the slash. */
declare const PAGE: string;
/** Its name by language. */
declare const WORDS: Record<string, string>;

const ID = `dragoman-${PAGE}-link`;

function add(): void {
  const toolbar = document.querySelector('.red-ui-header-toolbar');
  if (!toolbar || document.getElementById(ID)) return;
  const link = document.createElement('a');
  link.id = ID;
  link.className = 'button';
  link.href = `/${PAGE}`;
  link.target = `dragoman-${PAGE}`;
  // Node-RED's own `RED.i18n.lang()` knows only the languages that it has itself.
  const language = localStorage.getItem('editor-language') || navigator.language;
  link.textContent = WORDS[language.split('-')[0] ?? ''] ?? WORDS.en ?? '';
  const item = document.createElement('li');
  item.append(link);
  toolbar.prepend(item);
}

// The header is drawn anew with each login.
RED.events.on('flows:loaded', add);

export {};
