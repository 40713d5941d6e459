/** What tells personal data in texts. */
import type { Contact } from '../model.ts';
import type { Detector, MaskHints, Topics } from '../privacy/masking.ts';

export interface PersonalData {
  detect: Detector;
  /** What is known of a contact that helps to find their data in a text; the account's zone (IANA) and language (ISO 639-1). */
  hintsOf(contact: Contact | null, account: { timezone: string; language: string }): MaskHints;
  /**
   * The words that texts of the business are about; a contact may be called like one of them.
   * @param titles what names the business and its things, which are written with a capital letter: its name, headings
   */
  topicsOf(texts: string[], titles?: string[]): Topics;
}
