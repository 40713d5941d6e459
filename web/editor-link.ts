/** Leads from the editor to the simulator. Loaded by the editor where the start is our own (`settings.ts`); the build fills in the words. */

/** The page's name by language. */
declare const SIMULATOR_WORDS: Record<string, string>;

const ID = 'dragoman-simulator-link';

function add(): void {
  const toolbar = document.querySelector('.red-ui-header-toolbar');
  if (!toolbar || document.getElementById(ID)) return;
  const link = document.createElement('a');
  link.id = ID;
  link.className = 'button';
  link.href = '/simulator';
  link.target = 'dragoman-simulator';
  // Node-RED's own `RED.i18n.lang()` knows only the languages that it has itself.
  const language = localStorage.getItem('editor-language') || navigator.language;
  link.textContent = SIMULATOR_WORDS[language.split('-')[0] ?? ''] ?? SIMULATOR_WORDS.en ?? '';
  const item = document.createElement('li');
  item.append(link);
  toolbar.prepend(item);
}

// The header is drawn anew with each login.
RED.events.on('flows:loaded', add);

export {};
