import { boxOf, type Dialog, type Problem, problemWords, register, wholeFrom } from '../editor.ts';
import { migrations } from './migrations.ts';
import type { ToolHttpConfig } from './tool-http.ts';

const inForm = (check: (value: unknown) => string | null) => (value: unknown, config: Record<string, unknown>) =>
  config.source === 'openapi' ? null : check(value);
const inDocument = (check: (value: unknown) => string | null) => (value: unknown, config: Record<string, unknown>) =>
  config.source === 'openapi' ? check(value) : null;

register<ToolHttpConfig>('dragoman-tool-http', {
  role: 'answer',
  icon: 'fa-globe',
  migrations,
  inputs: 0,
  defaults: {
    source: { value: 'form' },
    tool: { value: '', check: inForm((value) => (/^[A-Za-z0-9_-]{1,64}$/.test(String(value)) ? null : 'tool')) },
    description: { value: '', check: inForm((value) => (String(value).trim() ? null : 'description')) },
    method: { value: 'GET' },
    url: {
      value: '',
      check: inForm((value) => (/^(https?:\/\/[^/?#{}@]+|\/(?!\/))/i.test(String(value)) ? null : 'url')),
    },
    parameters: { value: '{\n  "type": "object",\n  "properties": {}\n}', check: inForm(json('parameters')) },
    body: { value: '', check: inForm(json('body')) },
    sideEffect: { value: false },
    oncePerTurn: { value: false },
    document: { value: '', check: inDocument((value) => (String(value).trim() ? null : 'document')) },
    operations: { value: [], check: inDocument((value) => ((value as string[]).length ? null : 'operations')) },
    server: { value: '' },
    fixed: { value: '', check: inDocument((value) => (isObjectOrEmpty(String(value)) ? null : 'fixed')) },
    lookup: { value: false },
    headers: { value: '' },
    secretHeader: { value: 'authorization' },
    secretVariable: {
      value: '',
      check: (value) => (/^([A-Za-z_]\w*)?$/.test(String(value)) ? null : 'secretVariable'),
    },
    confirm: { value: false },
    idempotent: { value: false },
    timeoutSeconds: { value: 20, check: wholeFrom(1, 'timeoutSeconds') },
  },
  credentials: { secret: { type: 'password' } },
  label: ({ source, tool, operations }) => (source === 'openapi' ? operations.join(', ') : tool),
  edit,
});

/** A check: JSON, or nothing. */
function json(key: string): (value: unknown) => string | null {
  return (value) => {
    try {
      JSON.parse(String(value).trim() || 'null');
      return null;
    } catch {
      return key;
    }
  };
}

/** A JSON object, or nothing. */
function isObjectOrEmpty(text: string): boolean {
  return json('')(text) === null && /^(\{|$)/.test(text.trim());
}

interface Operation {
  name: string;
  method: string;
  path: string;
  summary: string;
}

function edit({ input, values, text }: Dialog<ToolHttpConfig>): () => Partial<ToolHttpConfig> {
  const source = input('source');
  const show = () => {
    $('.dragoman-tool-form').toggle(source.val() !== 'openapi');
    $('.dragoman-tool-openapi').toggle(source.val() === 'openapi');
  };
  source.on('change', show);
  show();

  const list = $('#dragoman-tool-operations');
  const chosen = new Set(values.operations);
  const draw = (operations: Operation[]) => {
    const known = operations.map(({ name }) => name);
    // One that the document lost stays in sight until it is taken out.
    const lost = [...chosen].filter((name) => !known.includes(name));
    const rows = [...operations, ...lost.map((name) => ({ name, method: '', path: text('label.lost'), summary: '' }))];
    list.empty().append(rows.map((row) => rowOf(row, chosen)));
  };
  draw([]);
  const document = input('document');
  const load = () => {
    if (!String(document.val()).trim()) return draw([]);
    $.ajax({
      url: 'dragoman/openapi',
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify({ document: document.val() }),
    })
      .done(({ operations }: { operations: Operation[] }) => draw(operations))
      .fail(({ responseJSON }: { responseJSON?: { error?: Problem } }) =>
        list.empty().text(responseJSON?.error ? problemWords(responseJSON.error) : text('label.unread')),
      );
  };
  document.on('change', load);
  if (values.document) load();
  return () => ({ operations: [...chosen] });
}

function rowOf({ name, method, path, summary }: Operation, chosen: Set<string>): JQuery {
  return $('<label>')
    .css({ display: 'block', width: 'auto' })
    .attr('title', summary)
    .append(
      boxOf(name, chosen),
      $('<span>').text(name),
      $('<small>').css('margin-inline-start', '8px').text(`${method} ${path}`),
    );
}
