import { problemsOfApproved } from '../../core/orders/approved.ts';
import { wrongWithVariants } from '../../core/orders/experiment.ts';
import { problemsOf } from '../../core/orders/template.ts';
import { register } from '../editor.ts';
import { takeOnlyProvider } from '../provider-choice.ts';
import { type Config, type OwnTexts, TEXT_KINDS } from './config.ts';
import { migrations } from './migrations.ts';
import { editTexts } from './texts.ts';
import { editVariants } from './variants.ts';

/** What the shop tells besides is known to nobody before an order comes, so an unknown field is only said in the dialog. */
const isBroken = (template: string) =>
  template.trim() !== '' && problemsOf(template).some(({ code }) => code !== 'unknown-field');
const areWhole = (texts: OwnTexts) =>
  Object.values(texts).every(
    (event) =>
      !TEXT_KINDS.some((kind) => Object.values(event[kind] ?? {}).some(isBroken)) &&
      Object.values(event.approved ?? {}).every((approved) => problemsOfApproved(approved).length === 0),
  );

register<Config>('dragoman-order-text', {
  role: 'answer',
  icon: 'fa-pencil-square-o',
  migrations,
  outputs: ['words'],
  defaults: {
    provider: { value: '', type: 'dragoman-provider', required: false },
    usesModel: { value: true },
    style: { value: '' },
    fallback: { value: '' },
    texts: { value: {}, check: (value) => (areWhole(value as OwnTexts) ? null : 'texts') },
    experiment: {
      value: '',
      check: (value, config) => (String(value).trim() || !variantsIn(config).length ? null : 'experiment'),
    },
    variants: {
      value: [],
      check: (_value, config) => (areVariants(variantsIn(config)) ? null : 'variants'),
    },
  },
  added: takeOnlyProvider,
  edit(dialog) {
    const variants = editVariants(dialog);
    const texts = editTexts(dialog, variants);
    return () => ({ texts: texts(), variants: variants.now() });
  },
});

const variantsIn = ({ variants }: Record<string, unknown>) => (variants ?? []) as Config['variants'];

const areVariants = (variants: Config['variants']) =>
  variants.length === 0 || (wrongWithVariants(variants) === null && variants.every(({ texts }) => areWhole(texts)));
