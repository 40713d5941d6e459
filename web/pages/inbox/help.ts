import { css, html } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import { dialogLook } from '../../components/dialog-look.ts';
import { t } from './words.ts';
import '../../components/button.ts';

/** Keys, and what they do. */
export const KEYS = {
  j: 'next',
  k: 'previous',
  r: 'reply',
  n: 'note',
  t: 'takeOver',
  h: 'handBack',
  e: 'close',
  a: 'assignMe',
  l: 'label',
  p: 'panel',
  z: 'undo',
  '/': 'search',
  '?': 'help',
  Escape: 'back',
} as const;
/** What anybody may do. */
const READING = new Set<string>(['next', 'previous', 'panel', 'search', 'help', 'back']);
export type Deed = (typeof KEYS)[keyof typeof KEYS];

/** The sheet of shortcuts. */
export class InboxHelp extends DmElement {
  static override properties = { may: { type: Boolean } };
  /** Whether the reader may act; else only the keys that act on nothing are told. */
  declare may: boolean;

  static override styles = [
    base,
    dialogLook,
    css`
      dialog {
        inline-size: min(480px, calc(100vw - 32px));
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 8px var(--dm-space-4);
        margin: 0 0 var(--dm-space-4);
        align-items: center;
      }
      dd {
        margin: 0;
      }
      kbd {
        display: inline-block;
        min-inline-size: 28px;
        padding: 2px 8px;
        border: 1px solid var(--dm-line-strong);
        border-radius: var(--dm-radius-s);
        background: var(--dm-sunken);
        font: 600 var(--dm-size-s) var(--dm-mono);
        text-align: center;
      }
    `,
  ];

  constructor() {
    super();
    this.may = false;
  }

  show(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog?.open) dialog.close();
    else dialog?.showModal();
  }

  override render() {
    return html`<dialog aria-label=${t('help.heading')}>
      <h2>${t('help.heading')}</h2>
      <dl>
        ${Object.entries(KEYS)
          .filter(([, deed]) => this.may || READING.has(deed))
          .map(
            ([key, deed]) =>
              html`<dt><kbd dir="ltr">${key === 'Escape' ? 'Esc' : key}</kbd></dt><dd>${t(`key.${deed}`)}</dd>`,
          )}
      </dl>
      <dm-button @click=${() => this.show()}>${t('close')}</dm-button>
    </dialog>`;
  }
}

define('inbox-help', InboxHelp);
