/** The page's language, and the words that its components ask for. */
import type { ChatLabels } from '../../components/bubble.ts';
import { chooseLanguage, createI18n } from '../../i18n.ts';
import { createSaid } from '../../said.ts';

export const i18n = createI18n(chooseLanguage(location.search, navigator.languages));
export const { t, language } = i18n;
export const said = createSaid(language);

/** Known channels by their names; one that a package added by its id. */
export function channelName(channel: string): string {
  if (channel === 'waha') return `${t('channel.whatsapp')} (WAHA)`;
  if (channel === 'call') return t('calls.title');
  return channel === 'telegram' || channel === 'whatsapp' || channel === 'instagram' || channel === 'web'
    ? t(`channel.${channel}`)
    : channel;
}

export function chatLabels(account: string): ChatLabels {
  return {
    log: t('chat.log', { name: account }),
    typing: t('chat.typing'),
    human: t('chat.human'),
    open: t('chat.open'),
    chosen: t('chat.chosen'),
    state: {
      draft: t('state.draft'),
      queued: t('state.queued'),
      sending: t('state.sending'),
      sent: t('state.sent'),
      delivered: t('state.delivered'),
      read: t('state.read'),
      failed: t('state.failed'),
      unknown: t('state.unknown'),
      discarded: t('state.discarded'),
    },
    media: {
      photo: t('media.photo'),
      image: t('media.image'),
      voice: t('media.voice'),
      audio: t('media.audio'),
      video: t('media.video'),
      document: t('media.document'),
      sticker: t('media.sticker'),
      location: t('media.location'),
      contact: t('media.contact'),
    },
  };
}
