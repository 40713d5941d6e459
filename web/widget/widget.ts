/** One line on a site loads this: chat and call buttons at its corner. Nothing is kept in cookies, and nothing else is loaded. */
import { DragomanWidget } from './element.ts';
import { optionsOf } from './options.ts';

const NAME = 'dragoman-widget';

function begin(script: HTMLScriptElement): void {
  const options = optionsOf(script, document);
  if (typeof options === 'string') {
    console.error(`Dragoman: ${options}`);
    return;
  }
  // The line may stand on a page twice.
  if (customElements.get(NAME)) return;
  customElements.define(NAME, DragomanWidget);
  document.body.append(new DragomanWidget(options));
}

const { currentScript: script } = document;
if (script instanceof HTMLScriptElement) {
  if (document.body) begin(script);
  else document.addEventListener('DOMContentLoaded', () => begin(script));
}
