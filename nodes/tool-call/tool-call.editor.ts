import { type Dialog, register, wholeFrom } from '../editor.ts';
import { migrations } from './migrations.ts';
import type { ToolCallConfig } from './tool-call.ts';

const inStart = (check: (value: unknown) => string | null) => (value: unknown, config: Record<string, unknown>) =>
  config.mode === 'return' ? null : check(value);

register<ToolCallConfig>('dragoman-tool-call', {
  role: 'answer',
  icon: 'fa-wrench',
  migrations,
  outputs: ['called'],
  defaults: {
    mode: { value: 'start' },
    tool: { value: '', check: inStart((value) => (/^[A-Za-z0-9_-]{1,64}$/.test(String(value)) ? null : 'tool')) },
    description: { value: '', check: inStart((value) => (String(value).trim() ? null : 'description')) },
    parameters: { value: '{\n  "type": "object",\n  "properties": {}\n}', check: inStart(checkSchema) },
    sideEffect: { value: false },
    confirm: { value: false },
    timeoutSeconds: { value: 20, check: inStart(wholeFrom(1, 'timeoutSeconds')) },
    inputs: { value: 0 },
    outputs: { value: 1 },
  },
  label: ({ mode, tool }) => (mode === 'return' ? '↩ return' : tool),
  edit,
});

function checkSchema(value: unknown): string | null {
  try {
    const schema: unknown = JSON.parse(String(value).trim() || '{"type":"object"}');
    return typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'object'
      ? null
      : 'parameters';
  } catch {
    return 'parameters';
  }
}

function edit({ input }: Dialog<ToolCallConfig>): () => Partial<ToolCallConfig> {
  const mode = input('mode');
  const isReturn = () => mode.val() === 'return';
  const show = () => {
    $('#dragoman-tool-call-start').toggle(!isReturn());
    $('#dragoman-tool-call-return').toggle(isReturn());
  };
  mode.on('change', show);
  show();
  return () => ({ inputs: isReturn() ? 1 : 0, outputs: isReturn() ? 0 : 1 });
}
