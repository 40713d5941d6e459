/** Says below a field which value holds while it is empty, and where that is from. In the browser only. */

import { type AccountConfig, credentialKey } from '../../app/account/config.ts';
import { SIMULATED } from '../../app/account/outreach.ts';
import { SETTINGS } from '../../core/settings.ts';
import type { OuterSetting, OuterSettings } from '../../node-red/server/settings.ts';
import type { Dialog } from '../editor.ts';
import { holds } from '../holds.ts';
import { channelForms } from './channel-form.ts';
import { learnOutside } from './outside.ts';

/** The fields that every account has, by the variable that they go before. */
const FIELDS = {
  AI_ASSISTANT_NAME: 'name',
  AI_INSTRUCTIONS: 'manualPrompt',
  AI_AUTOREPLY: 'autoReply',
  AI_WHATSAPP_INLINE: 'processing',
  AI_WHATSAPP_QUEUE: 'queue',
  AI_WHATSAPP_TIMEOUT: 'timeoutSeconds',
  AI_HUMAN_COOLDOWN_SECONDS: 'takeoverSeconds',
  SUPPORT_HOURS: 'peopleHours',
  SUPPORT_WEEKDAYS: 'peopleWeekdays',
  SUPPORT_HOLIDAYS: 'peopleHolidays',
  SUPPORT_WAIT_MINUTES: 'peopleWaitMinutes',
  AI_SELLER_ENABLED: 'outreachEnabled',
  AI_SELLER_TEST_MODE: 'outreachTestMode',
  AI_SELLER_CONSENT: 'outreachConsent',
  AI_SELLER_HOURS: 'outreachHours',
  AI_SELLER_WEEKDAYS: 'outreachWeekdays',
  AI_SELLER_HOLIDAYS: 'outreachHolidays',
  AI_SELLER_MAX_MESSAGES: 'outreachMaxMessages',
  AI_SELLER_COOLDOWN_HOURS: 'outreachPauseHours',
  AI_SELLER_DAILY_LIMIT: 'outreachDailyLimit',
  AI_SELLER_WARMUP_DAYS: 'outreachWarmUpDays',
  AI_SELLER_PACE_SECONDS: 'outreachPaceSeconds',
  AI_SELLER_MAX_AGE_HOURS: 'outreachMaxAgeHours',
};
/** Defaults that are others while the account talks to a stand-in. */
const OTHERWISE: Record<string, string> = {
  [SETTINGS.sellerHours.env]: SIMULATED.hours,
  [SETTINGS.sellerWarmUp.env]: SIMULATED.warmUpDays,
  [SETTINGS.sellerPace.env]: SIMULATED.paceSeconds,
  [SETTINGS.sellerCooldown.env]: SIMULATED.pauseHours,
};

/**
 * Keeps the lines right while the dialog is open. The fields of the channels are there already.
 * @param told is called whenever the environment of the prefix in the dialog is known anew, without anything where it cannot be
 */
export function showHolding({ input, text }: Dialog<AccountConfig>, told: (outer?: OuterSettings) => void): void {
  const places: { env: string; channel?: string; base: boolean; field: JQuery; line: JQuery }[] = [];
  const add = (env: string, field: JQuery, channel?: string, base = false) => {
    const line = $('<div>', { class: 'dragoman-hint dragoman-holds' }).appendTo(field.closest('.form-row'));
    places.push({ env, channel, base, field, line });
    field.on('input change', show);
  };
  let outer = new Map<string, OuterSetting>();
  for (const [env, name] of Object.entries(FIELDS)) add(env, input(name));
  for (const { id, fields } of channelForms())
    for (const [name, { env, base }] of Object.entries(fields)) {
      const key = credentialKey(id, name);
      add(env, $(`#dragoman-account-${key}, #node-config-input-${key}`), id, base !== undefined);
    }
  const load = () => {
    const asked = { prefix: String(input('envPrefix').val()), channel: String(input('channel').val()) };
    $.getJSON('dragoman/settings', asked)
      .done((answer: OuterSettings) => {
        outer = new Map(answer.settings.map((setting) => [setting.name, setting]));
        learnOutside(asked.prefix, answer.settings);
        show();
        told(answer);
      })
      // A prefix that is not finished.
      .fail(() => {
        outer = new Map();
        show();
        told();
      });
  };
  input('envPrefix').on('change', load);
  input('channel').on('change', load);
  load();

  function show(): void {
    for (const { env, channel, base, field, line } of places) {
      const found = channel === undefined || channel === input('channel').val() ? outer.get(env) : undefined;
      line.text(found ? words(found, String(field.val() ?? ''), base) : '');
    }
  }

  function words(setting: OuterSetting, own: string, base: boolean): string {
    const { name, env, from, value } = setting;
    if (own) return holds(setting, own, text);
    // Nothing stands in for a platform where there is none.
    const live = channelForms().find(({ id }) => id === input('channel').val())?.live === true;
    const otherwise = live ? undefined : OTHERWISE[name];
    if (from === 'default' && base) return text('holds.base', { value });
    if (from === 'default' && otherwise) return text('holds.simulated', { value, otherwise });
    if (from === 'unset' && env.endsWith('AI_AUTOREPLY')) return text(live ? 'holds.sent' : 'holds.autoReply');
    // The name of an assistant is nothing that an account must have.
    if (from === 'unset' && name === SETTINGS.assistantName.env) return '';
    return holds(setting, own, text);
  }
}
