import type { ProviderConfig } from '../../app/provider/config.ts';
import { SETTINGS, type SettingSpec } from '../../core/settings.ts';
import type { OuterSetting, OuterSettings } from '../../node-red/server/settings.ts';
import { type Dialog, orEmpty, register, wholeFrom } from '../editor.ts';
import { holds } from '../holds.ts';
import { migrations } from './migrations.ts';

const CONTINUITIES = ['auto', 'server', 'replay'] as const;

const fromZero = (value: unknown) => value !== '' && Number.isFinite(Number(value)) && Number(value) >= 0;
const priceCheck = orEmpty((value) => (fromZero(value) ? null : 'price'));
const budgetCheck = (value: unknown) => (fromZero(value) ? null : 'budget');
/** Half of a price list would count wrongly. */
const withPrice = (other: keyof ProviderConfig) => (value: unknown, config: Record<string, unknown>) => {
  const alone = (value === '') !== (config[other] === '');
  return priceCheck(value) ?? (!alone ? null : 'prices');
};

register<ProviderConfig>('dragoman-provider', {
  role: 'config',
  migrations,
  defaults: {
    provider: {
      value: 'openai',
      check: (value) => (providers().some(({ id }) => id === value) ? null : 'provider'),
    },
    variables: { value: 'openai' },
    baseUrl: { value: '', check: (value) => (!value || URL.canParse(String(value)) ? null : 'baseUrl') },
    model: { value: '' },
    fallbackModel: { value: '' },
    continuity: {
      value: 'auto',
      check: (value) => (CONTINUITIES.some((known) => known === value) ? null : 'continuity'),
    },
    maxOutputTokens: { value: '', check: orEmpty(wholeFrom(1, 'maxOutputTokens')) },
    timeoutSeconds: { value: '', check: orEmpty(wholeFrom(1, 'timeoutSeconds')) },
    pictures: { value: '', check: (value) => (['', 'on', 'off'].some((known) => known === value) ? null : 'pictures') },
    priceInput: { value: '', check: withPrice('priceOutput') },
    priceCached: { value: '', check: priceCheck },
    priceOutput: { value: '', check: withPrice('priceInput') },
    fallbackPriceInput: { value: '', check: withPrice('fallbackPriceOutput') },
    fallbackPriceCached: { value: '', check: priceCheck },
    fallbackPriceOutput: { value: '', check: withPrice('fallbackPriceInput') },
    currency: { value: '' },
    pricesDate: { value: '' },
    dailyBudget: { value: 0, check: budgetCheck },
    contactBudget: { value: 0, check: budgetCheck },
  },
  credentials: { apiKey: { type: 'password' } },
  label: ({ provider, model }) => [labelOf(provider), model].filter(Boolean).join(' · '),
  edit,
});

/** The choice of Ollama's variables among the services; no preset is called so. */
const BY_OLLAMA = ':ollama';

/** The fields that go before a variable. */
const FROM: Record<string, SettingSpec> = {
  baseUrl: SETTINGS.openaiBase,
  model: SETTINGS.model,
  apiKey: SETTINGS.openaiKey,
  maxOutputTokens: SETTINGS.maxOutput,
  timeoutSeconds: SETTINGS.llmTimeout,
  pictures: SETTINGS.pictures,
};
/** Before these, where `OLLAMA_URL` is chosen and set. */
const FROM_OLLAMA: Record<string, SettingSpec | undefined> = {
  baseUrl: SETTINGS.ollamaUrl,
  model: SETTINGS.ollamaModel,
  // Its key is typed in, or there is none.
  apiKey: undefined,
};

const providers = () => RED.plugins.getPluginsByType('dragoman-provider');
const labelOf = (id: string) => providers().find((provider) => provider.id === id)?.label ?? id;

function edit({ input, values, text }: Dialog<ProviderConfig>): undefined {
  const option = (value: string, label: string) => $('<option>', { value }).text(label);
  const provider = input('provider');
  const known = providers();
  provider.append(known.map(({ id, label }) => option(id, label)));
  if (!known.some(({ id }) => id === values.provider)) provider.append(option(values.provider, values.provider));
  provider.val(values.provider);

  const preset = input('preset');
  const baseUrl = input('baseUrl');
  const variables = input('variables');
  const presets = () => known.find(({ id }) => id === provider.val())?.presets ?? {};
  const offer = () => {
    const all = Object.entries(presets());
    preset.empty().append(option('', text('label.environment')), option(BY_OLLAMA, text('label.ollama')));
    preset.append(all.map(([name, { label }]) => option(name, label)));
    preset.append(option('own', text('label.own')));
    show();
  };
  const show = () => {
    const url = String(baseUrl.val());
    const found = Object.entries(presets()).find(([, { baseUrl }]) => baseUrl === url);
    const byVariables = variables.val() === 'ollama' ? BY_OLLAMA : '';
    preset.val(url ? (found?.[0] ?? 'own') : byVariables);
    $('#dragoman-provider-key').toggle(found?.[1].keyNeeded ?? true);
  };
  const lines: { name: string; field: JQuery; line: JQuery }[] = [];
  let outer: OuterSetting[] = [];
  const found = (spec?: SettingSpec) => outer.find(({ name }) => name === spec?.env);
  function hold(): void {
    const isOllama = preset.val() === BY_OLLAMA && found(SETTINGS.ollamaUrl)?.from === 'environment';
    for (const { name, field, line } of lines) {
      const setting = found(isOllama && name in FROM_OLLAMA ? FROM_OLLAMA[name] : FROM[name]);
      line.text(setting ? holds(setting, String(field.val() ?? ''), text) : '');
    }
  }
  provider.on('change', offer);
  baseUrl.on('input', show);
  preset.on('change', () => {
    const name = String(preset.val());
    variables.val(name === BY_OLLAMA ? 'ollama' : 'openai');
    if (name !== 'own') baseUrl.val(presets()[name]?.baseUrl ?? '');
    baseUrl.trigger('change');
    if (name !== 'own') show();
    else baseUrl.trigger('focus');
  });
  for (const [name, { env }] of Object.entries(FROM)) {
    const field = input(name);
    const line = $('<div>', { class: 'dragoman-hint dragoman-holds' });
    field.filter('input').attr('placeholder', text('placeholder.env', { env }));
    lines.push({ name, field, line });
    field.closest('.form-row').append(line);
    field.on('input change', hold);
  }
  $.getJSON('dragoman/settings').done((answer: OuterSettings) => {
    outer = answer.settings;
    hold();
  });
  offer();
  return undefined;
}
