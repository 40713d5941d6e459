import { boxOf, type Dialog, register, wholeFrom } from '../editor.ts';
import { takeOnlyProvider } from '../provider-choice.ts';
import { migrations } from './migrations.ts';

interface Config {
  provider: string;
  history: number;
  tools: string[];
  showsWords: boolean;
  offersPerson: boolean;
}

register<Config>('dragoman-llm', {
  role: 'answer',
  icon: 'fa-magic',
  migrations,
  outputs: ['answer'],
  defaults: {
    provider: { value: '', type: 'dragoman-provider', required: false },
    history: { value: 20, check: wholeFrom(1, 'history') },
    // The instructions say that a person may answer; what is offered is to happen.
    tools: { value: ['ask_human'] },
    showsWords: { value: false },
    offersPerson: { value: false },
  },
  added: takeOnlyProvider,
  edit,
});

interface Tool {
  name: string;
  description: string;
}

function edit({ values, text }: Dialog<Config>): () => Partial<Config> {
  const chosen = new Set(values.tools ?? []);
  const list = $('#dragoman-llm-tools');
  const draw = (tools: Tool[]) => {
    // One that is not there now stays in sight until it is taken out.
    const lost = [...chosen].filter((name) => !tools.some((tool) => tool.name === name));
    const all = [...tools, ...lost.map((name) => ({ name, description: text('label.lost') }))];
    list.empty().append(all.map((tool) => rowOf(tool, chosen)));
    if (all.length === 0) list.text(text('label.noTools'));
  };
  draw([]);
  $.getJSON('dragoman/tools').done(({ tools }: { tools: Tool[] }) => draw(tools));
  return () => ({ tools: [...chosen].sort() });
}

function rowOf({ name, description }: Tool, chosen: Set<string>): JQuery {
  const words = $('<small dir="auto">').css('margin', '0 8px').text(shortened(description));
  return $('<label>')
    .css({ display: 'block', width: 'auto' })
    .attr('title', description)
    .append(boxOf(name, chosen), name, words);
}

const SHOWN = 120;

/** At most so many characters, in whole words; the tooltip has all of them. */
function shortened(text: string): string {
  if (text.length <= SHOWN) return text;
  const start = text.slice(0, SHOWN);
  const space = start.lastIndexOf(' ');
  return `${start.slice(0, space > 0 ? space : SHOWN).replace(/[\s.,;:]+$/, '')}…`;
}
