import { css, html, nothing } from 'lit';
import type { Session } from '../../call/frames.ts';
import type { CallView } from '../../call/view.ts';
import { base, DmElement, define } from '../../components/base.ts';
import type { IconName } from '../../components/icons.ts';
import { endWords, said, t } from './words.ts';
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
    return html`${this.#end()}${this.#microphone()}
      ${this.going ? missing('mic-off', 'stt', session) : nothing}${this.going ? missing('alert', 'tts', session) : nothing}
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

/** What is missing and what to do; only what is particular in a wrong setting is told in the server's own words. */
function missing(sign: IconName, what: 'stt' | 'tts', session: Session | undefined) {
  const message = session?.dragoman.missing[what];
  if (!message) return nothing;
  const code = session.dragoman.missing_codes[what] ?? '';
  const words = t(`missing.${what}`);
  if (code === 'SPEECH_MISSING') return notice(sign, words, t(`missing.${what}Action`));
  const { text, action, detail } = said.problem({ code, message, action: '' });
  return notice(sign, words, [text, action].join(' ').trim(), detail);
}

/** @param reason and what to do. @param detail the server's words */
const notice = (sign: IconName, words: string, ...reasons: (string | undefined)[]) =>
  html`<dm-banner icon=${sign}>${words}${reasons.map((reason) => (reason ? html` <bdi dir="auto">${reason}</bdi>` : nothing))}</dm-banner>`;

define('call-notices', CallNotices);
