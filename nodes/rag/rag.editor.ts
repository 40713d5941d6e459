import { chosen, type Dialog, register, wholeFrom } from '../editor.ts';
import { migrations } from './migrations.ts';

interface Config {
  base: string;
  limit: number;
}

register<Config>('dragoman-rag', {
  role: 'answer',
  icon: 'fa-book',
  migrations,
  outputs: ['next'],
  defaults: {
    base: { value: '', check: chosen('base') },
    limit: { value: 5, check: wholeFrom(1, 'limit') },
  },
  label: ({ base }) => base,
  edit,
});

/** A folder that is not indexed yet can be typed in. */
const TYPED = '_typed_';

function edit({ input, values, text }: Dialog<Config>): undefined {
  const base = input('base');
  const choice = input('choice');
  const offer = (bases: string[]) => {
    const option = (value: string, label: string) => $('<option>', { value }).text(label);
    choice.empty();
    // What is not chosen must not look as if it were.
    if (!values.base) choice.append(option('', text('label.choose')));
    choice.append(bases.map((name) => option(name, name)));
    choice.append(option(TYPED, text('label.typed')));
    const typed = values.base !== '' && !bases.includes(values.base);
    choice.val(typed ? TYPED : values.base);
    base.toggle(typed).trigger('change');
  };
  choice.on('change', () => {
    const typed = choice.val() === TYPED;
    base.val(typed ? '' : String(choice.val()));
    base.toggle(typed).trigger('change');
  });
  offer([]);
  $.getJSON('dragoman/knowledge').done(({ bases }: { bases: string[] }) => offer(bases));
  return undefined;
}
