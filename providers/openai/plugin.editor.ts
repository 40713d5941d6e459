import { PRESETS, type PresetName } from './presets.ts';

const LABELS: Record<PresetName, string> = { openai: 'OpenAI', gemini: 'Gemini', ollama: 'Ollama', litellm: 'LiteLLM' };

RED.plugins.registerPlugin('dragoman-provider-openai', {
  type: 'dragoman-provider',
  id: 'openai',
  label: 'OpenAI API',
  presets: Object.fromEntries(
    Object.entries(PRESETS).map(([name, { baseUrl, keyNeeded }]) => [
      name,
      { label: LABELS[name as PresetName], baseUrl, keyNeeded },
    ]),
  ),
});
