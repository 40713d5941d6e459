import type { Migrations } from '../../node-red/kit/migrate.ts';

export const migrations: Migrations = {
  steps: [
    // Replies could not be kept as drafts, and were made in the background.
    (config) => ({
      autoReply: 'on',
      processing: 'background',
      queue: '',
      timeoutSeconds: '',
      takeoverCeilingSeconds: 28_800,
      handBackText: '',
      ...config,
    }),
    // Nothing was written that nobody asked for.
    (config) => ({
      outreachEnabled: '',
      outreachTestMode: '',
      outreachMaxMessages: '',
      outreachPauseHours: '',
      outreachDailyLimit: '',
      outreachHours: '',
      outreachWeekdays: '',
      outreachHolidays: '',
      outreachConsent: '',
      outreachMaxAgeHours: '',
      outreachPaceSeconds: '',
      ...config,
    }),
    // A new number wrote as many messages as an old one.
    (config) => ({ outreachWarmUpDays: '', ...config }),
    // A voice note was answered in words.
    (config) => ({ voiceReplies: false, ...config }),
    // People were taken to be there always.
    (config) => ({ peopleHours: '', peopleWeekdays: '', peopleHolidays: '', peopleWaitMinutes: '', ...config }),
  ],
};
