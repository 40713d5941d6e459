import { css, html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import { type IconName, icon } from '../../components/icons.ts';
import { type Attached, sizeOf } from './attached.ts';
import { t } from './words.ts';

/** CSS pixels; drawn at twice that. */
const THUMB = 44;

const iconOf = (type: string): IconName => {
  if (type.startsWith('image/')) return 'image';
  if (type.startsWith('video/')) return 'play';
  return type.startsWith('audio/') ? 'mic' : 'file';
};

/** Files that are about to be sent. Tells `take-away` (Attached). */
export class InboxTray extends DmElement {
  static override properties = { files: { attribute: false }, limits: {} };
  declare files: readonly Attached[];
  /** What may be sent, in words. */
  declare limits: string;

  static override styles = [
    base,
    css`
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        margin: 0 0 4px;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: ${THUMB}px minmax(0, 1fr) auto;
        gap: 0 8px;
        align-items: center;
        max-inline-size: min(100%, 280px);
        padding: 4px;
        border: 1px solid var(--dm-line);
        border-radius: var(--dm-radius-m);
        background: var(--dm-sunken);
      }
      li.bad {
        border-color: var(--dm-bad);
        background: var(--dm-bad-soft);
      }
      .sign {
        display: grid;
        grid-row: 1 / 3;
        place-items: center;
        inline-size: ${THUMB}px;
        block-size: ${THUMB}px;
        overflow: hidden;
        border-radius: var(--dm-radius-s);
        background: var(--dm-surface);
        color: var(--dm-muted);
        font-size: 1.3rem;
      }
      canvas {
        inline-size: 100%;
        block-size: 100%;
      }
      .name {
        overflow: hidden;
        font-size: var(--dm-size-s);
        font-weight: 550;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .about {
        grid-column: 2;
        grid-row: 2;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
      }
      .bad .about {
        color: var(--dm-bad);
      }
      button {
        display: grid;
        grid-row: 1 / 3;
        grid-column: 3;
        place-items: center;
        inline-size: 32px;
        block-size: 32px;
        padding: 0;
        border: 0;
        border-radius: 50%;
        background: none;
      }
      button:hover {
        background: var(--dm-hover);
      }
      p {
        margin: 0;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
      }
    `,
  ];

  constructor() {
    super();
    this.files = [];
    this.limits = '';
  }

  /** A picture is drawn, not shown from an address: the page's policy knows none of files on this machine. */
  protected override updated(): void {
    for (const [place, { file, type }] of this.files.entries()) {
      const canvas = this.renderRoot.querySelectorAll('li')[place]?.querySelector('canvas');
      if (!canvas || !type.startsWith('image/') || canvas.dataset.of === keyOf(file)) continue;
      canvas.dataset.of = keyOf(file);
      createImageBitmap(file, { resizeHeight: 2 * THUMB, resizeQuality: 'medium' }).then(
        (picture) => {
          const side = Math.min(picture.width, picture.height);
          const [x, y] = [(picture.width - side) / 2, (picture.height - side) / 2];
          canvas.getContext('2d')?.drawImage(picture, x, y, side, side, 0, 0, canvas.width, canvas.height);
          picture.close();
        },
        () => {},
      );
    }
  }

  override render() {
    if (this.files.length === 0) return nothing;
    return html`<ul aria-label=${t('file.list')}>
        ${this.files.map(
          (one) => html`<li class=${one.problem ? 'bad' : ''}>
            <span class="sign">${
              one.type.startsWith('image/') && !one.problem
                ? html`<canvas width=${2 * THUMB} height=${2 * THUMB} aria-hidden="true"></canvas>`
                : icon(one.problem ? 'alert' : iconOf(one.type))
            }</span>
            <bdi class="name" title=${one.name}>${one.name}</bdi>
            <span class="about" role=${one.problem ? 'alert' : nothing}>${one.problem || sizeOf(one.file.size)}</span>
            <button type="button" aria-label=${t('file.remove', { name: one.name })} title=${t('file.remove', { name: one.name })} @click=${() => this.emit('take-away', one)}>${icon('close')}</button>
          </li>`,
        )}
      </ul>
      <p>${this.limits}</p>`;
  }
}

const keyOf = ({ name, size, lastModified }: File) => `${name} ${size} ${lastModified}`;

define('inbox-tray', InboxTray);
