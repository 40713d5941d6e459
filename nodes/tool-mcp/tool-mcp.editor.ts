import { type Dialog, register, wholeFrom } from '../editor.ts';
import { migrations } from './migrations.ts';
import type { ToolMcpConfig } from './tool-mcp.ts';
import { editTools } from './tools.ts';

const atAddress = (check: (value: unknown) => string | null) => (value: unknown, config: Record<string, unknown>) =>
  config.way === 'program' ? null : check(value);
const asProgram = (check: (value: unknown) => string | null) => (value: unknown, config: Record<string, unknown>) =>
  config.way === 'program' ? check(value) : null;

register<ToolMcpConfig>('dragoman-tool-mcp', {
  role: 'answer',
  icon: 'fa-plug',
  migrations,
  inputs: 0,
  defaults: {
    way: { value: 'url' },
    url: { value: '', check: atAddress((value) => (/^https?:\/\/[^/?#@]+/i.test(String(value)) ? null : 'url')) },
    program: { value: '', check: asProgram((value) => (String(value ?? '').trim() ? null : 'program')) },
    secretHeader: { value: 'authorization' },
    prefix: { value: 'mcp', check: (value) => (/^[A-Za-z0-9_-]{1,32}$/.test(String(value)) ? null : 'prefix') },
    tools: { value: [], check: (value) => ((value as unknown[]).length ? null : 'tools') },
    fixed: { value: '', check: (value) => (isObjectOrEmpty(String(value)) ? null : 'fixed') },
    timeoutSeconds: { value: 20, check: wholeFrom(1, 'timeoutSeconds') },
  },
  credentials: { secret: { type: 'password' } },
  label: ({ tools }) => tools.map(({ name }) => name).join(', '),
  edit,
});

function isObjectOrEmpty(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text.trim() || '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function edit(dialog: Dialog<ToolMcpConfig>): () => Partial<ToolMcpConfig> {
  const { input, values, text } = dialog;
  const way = input('way');
  const show = () => {
    $('.dragoman-mcp-url').toggle(way.val() !== 'program');
    $('.dragoman-mcp-program').toggle(way.val() === 'program');
  };
  way.on('change', show);
  show();
  const program = input('program');
  const offer = (names: string[]) => {
    // One that is declared no more stays in sight.
    const all = [...new Set([...names, values.program])].filter(Boolean);
    program.empty().append(all.map((name) => $('<option>', { value: name }).text(name)));
    if (all.length === 0) program.append($('<option>', { value: '' }).text(text('label.noPrograms')));
    program.val(values.program || all[0] || '');
  };
  offer([]);
  $.getJSON('dragoman/mcp/programs').done(({ programs }: { programs: string[] }) => offer(programs));
  const tools = editTools(dialog);
  return () => ({ tools: tools() });
}
