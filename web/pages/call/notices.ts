import { css, html, nothing } from 'lit';
import type { CallView } from '../../call/view.ts';
import { base, DmElement, define } from '../../components/base.ts';
import type { IconName } from '../../components/icons.ts';
import { endWords, t } from './words.ts';
import '../../components/banner.ts';
import '../../components/button.ts';

/** What a caller must know and cannot see: what is missing here, why there is no microphone, how a call broke off. Tells `allow-sound`. */
export class CallNotices extends DmElement {
  static override properties = { view: { attribute: false }, going: { type: Boolean } };
  declare view: CallView;
  declare going: boolean;

  static override styles = [
    base,
    css`
      :host {
        display: block;
        max-block-size: 40dvh;
        overflow: hidden auto;
      }
      bdi {
        font-weight: 400;
      }
      dm-button {
        --dm-button-size: 30px;
        margin-inline-start: var(--dm-space-2);
      }
    `,
  ];

  override render() {
    const { session, blocked } = this.view;
    const { stt, tts } = session?.dragoman.missing ?? {};
    return html`${this.#end()}${this.#microphone()}
      ${this.going && stt ? notice('mic-off', t('missing.stt'), stt) : nothing}
      ${this.going && tts ? notice('alert', t('missing.tts'), tts) : nothing}
      ${
        this.going && blocked
          ? html`<dm-banner
              >${t('blocked.text')}<dm-button @click=${() => this.emit('allow-sound')}>${t('blocked.allow')}</dm-button></dm-banner
            >`
          : nothing
      }`;
  }

  #end() {
    const { state, ended } = this.view;
    const orderly = ['caller', 'agent', 'silence', 'limit', 'ended'].includes(ended?.reason ?? '');
    if (state !== 'ended' || !ended || orderly) return nothing;
    return html`<dm-banner tone="bad">${endWords(ended.reason)}</dm-banner>`;
  }

  #microphone() {
    const { microphone, session } = this.view;
    // Where nothing is heard anyway, one reason is enough.
    if (session?.dragoman.missing.stt) return nothing;
    if (!isSecureContext) return notice('mic-off', t('microphone.insecure'));
    const fine = microphone === 'off' || microphone === 'asking' || microphone === 'on';
    return fine ? nothing : notice('mic-off', t(`microphone.${microphone}`));
  }
}

/** @param reason the server's words */
const notice = (sign: IconName, words: string, reason?: string) =>
  html`<dm-banner icon=${sign}>${words}${reason ? html` <bdi dir="auto">${reason}</bdi>` : nothing}</dm-banner>`;

define('call-notices', CallNotices);
