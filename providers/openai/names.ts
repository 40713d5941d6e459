/** What an endpoint is for, and what its settings are called, so that an error says where to correct what. */

export interface Names {
  /** In "did not answer as … does". */
  endpoint: string;
  /** In "the base URL of …", "the request to … was cancelled". */
  short: string;
  /** Where each is set. */
  baseUrl: string;
  key: string;
  model: string;
  /** Where a wrong address or an unknown model is corrected. */
  both: string;
  /** What the server would not take at this length, and what to do. */
  tooLong: { message(model: string): string; action: string };
}

export const LLM: Names = {
  endpoint: 'an LLM endpoint',
  short: 'the LLM endpoint',
  baseUrl: 'OPENAI_BASE_URL, or the provider node,',
  key: 'OPENAI_API_KEY or the provider node',
  model: 'AI_ASSISTANT_MODEL or the provider node',
  both: 'AI_ASSISTANT_MODEL and OPENAI_BASE_URL, or the provider node',
  tooLong: {
    message: (model) => `The conversation is too long for the model ${model}`,
    action: 'Choose a model with a larger context, or shorten the prompt.',
  },
};

export const STT: Names = {
  endpoint: 'a transcription endpoint',
  short: 'the transcription endpoint',
  baseUrl: 'STT_BASE_URL',
  key: 'STT_API_KEY',
  model: 'STT_MODEL',
  both: 'STT_MODEL and STT_BASE_URL',
  tooLong: {
    message: () => 'The sound is too long for the transcription endpoint',
    action: 'Ask for a shorter one; OpenAI takes 25 MB.',
  },
};

export const TTS: Names = {
  endpoint: 'a speech endpoint',
  short: 'the speech endpoint',
  baseUrl: 'TTS_BASE_URL',
  key: 'TTS_API_KEY',
  model: 'TTS_MODEL',
  both: 'TTS_MODEL and TTS_BASE_URL',
  tooLong: {
    message: () => 'The text is too long for the speech endpoint',
    action: 'Choose a server that takes 4,096 letters at once.',
  },
};
