/** How a tab calls somebody who looks elsewhere: its title, a sound, a notice of the system. */
import { load, save } from '../../storage.ts';
import { t } from './words.ts';

const KEPT = 'inbox.alerts';

export const areAlertsOn = (): boolean => load(KEPT) === true;

/** Asks the browser whether notices may be shown; sound works without. */
export async function setAlerts(on: boolean): Promise<void> {
  save(KEPT, on);
  if (on && 'Notification' in window && Notification.permission === 'default') await Notification.requestPermission();
}

/** @param waiting how many want somebody */
export function putIntoTitle(waiting: number): void {
  document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${t('inbox.title')} · Dragoman`;
}

let audio: AudioContext | undefined;

/** Two soft tones, made here: nothing is loaded for them. */
function ring(): void {
  audio ??= new AudioContext();
  for (const [place, pitch] of [660, 880].entries()) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const at = audio.currentTime + place * 0.14;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.32);
  }
}

/** No customer's words: a notice stands on a locked screen as well. */
export function alertPerson(waiting: number): void {
  if (!areAlertsOn()) return;
  ring();
  if (!document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return;
  const notice = new Notification(t('alert.heading'), { body: t('alert.text', { n: waiting }), tag: 'dragoman-inbox' });
  notice.onclick = () => {
    window.focus();
    notice.close();
  };
}
