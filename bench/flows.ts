/** The flows of the Node-RED subjects. */

type Node = { id: string; type: string; [property: string]: unknown };

export const WEBHOOK = '/api/bench/telegram/';

/** Wires boxes into a line on one tab, each to the next. */
const line = (nodes: Node[]): Node[] =>
  nodes.map((node, index) => {
    const next = nodes[index + 1];
    return { z: 'bench', x: 100 + 120 * index, y: 100, wires: next ? [[next.id]] : [], ...node };
  });

const TAB: Node = { id: 'bench', type: 'tab', label: 'bench' };

/** Subjects (a) and (b): the way of a message through all gates; `answer` writes the reply. */
export function dragomanFlow(answer: 'static' | 'llm'): Node[] {
  const answering: Node =
    answer === 'llm'
      ? { id: 'answer', type: 'dragoman-llm', provider: 'provider', history: 20 }
      : {
          id: 'answer',
          type: 'function',
          func: "msg.payload = 'Gracias, lo revisamos hoy mismo. ' + msg.payload.match(/#\\d+/)[0];\nreturn msg;",
          outputs: 1,
        };
  return [
    TAB,
    ...line([
      { id: 'http', type: 'http in', url: WEBHOOK, method: 'post', skipBodyParsing: true },
      { id: 'in', type: 'dragoman-channel-in', account: 'account' },
      { id: 'opt-out', type: 'dragoman-opt-out', confirmOut: '', confirmIn: '' },
      { id: 'status', type: 'dragoman-status-gate' },
      { id: 'handoff', type: 'dragoman-handoff' },
      { id: 'rate', type: 'dragoman-rate-limit', perSecond: 1_000, perMinute: 60_000 },
      { id: 'language', type: 'dragoman-language', languages: '', fallback: '' },
      { id: 'anonymize', type: 'dragoman-anonymize' },
      answering,
      { id: 'out', type: 'dragoman-channel-out' },
    ]),
    {
      id: 'account',
      type: 'dragoman-account',
      version: 1,
      name: 'bench',
      channel: 'telegram',
      enabled: true,
      envPrefix: '',
      settings: {},
      language: 'es',
      timezone: 'UTC',
      manualPrompt: 'Answer in one sentence.',
      business: '',
      hours: '',
      tone: '',
      links: '',
      staticTexts: {},
      suggestions: [],
      takeoverSeconds: 300,
      reopens: false,
      // One message is one turn at once, as in the subjects that it is compared with.
      burst: false,
      dailyLimit: 0,
    },
    { id: 'provider', type: 'dragoman-provider', provider: 'openai', baseUrl: '', model: '', fallbackModel: '' },
  ];
}

/** Subjects (c), and with an LLM (f): what one draws with Node-RED's own nodes. `http request` as it comes from the palette, or with its keep-alive on. */
export function bareFlow(platformPort: number, keepAlive: boolean, llmPort?: number): Node[] {
  const func = `msg.url = 'http://127.0.0.1:${platformPort}/bot1:bench/sendMessage';
msg.headers = { 'content-type': 'application/json' };
const { chat, text } = msg.payload.message;
msg.payload = { chat_id: chat.id, text: 'Gracias, lo revisamos hoy mismo. ' + text.match(/#\\d+/)[0] };
return msg;`;
  const ask = `msg.chat = msg.payload.message.chat.id;
msg.url = 'http://127.0.0.1:${llmPort}/v1/chat/completions';
msg.headers = { 'content-type': 'application/json', authorization: 'Bearer bench' };
const messages = [{ role: 'system', content: 'Answer in one sentence.' }, { role: 'user', content: msg.payload.message.text }];
msg.payload = { model: 'bench', messages };
return msg;`;
  const say = `msg.url = 'http://127.0.0.1:${platformPort}/bot1:bench/sendMessage';
msg.headers = { 'content-type': 'application/json' };
msg.payload = { chat_id: msg.chat, text: msg.payload.choices[0].message.content };
return msg;`;
  const send = { type: 'http request', method: 'POST', ret: 'obj', paytoqs: 'ignore', persist: keepAlive };
  const withLlm: Node[] = [
    { id: 'reply', type: 'function', func: ask, outputs: 1 },
    { id: 'llm', ...send },
    { id: 'say', type: 'function', func: say, outputs: 1 },
  ];
  const [entry, ...rest] = line([
    { id: 'http', type: 'http in', url: WEBHOOK, method: 'post' },
    ...(llmPort === undefined ? [{ id: 'reply', type: 'function', func, outputs: 1 }] : withLlm),
    { id: 'send', ...send },
  ]);
  const ack: Node = { id: 'ack', type: 'http response', z: 'bench', x: 220, y: 160, statusCode: '200', wires: [] };
  return [TAB, { ...entry!, wires: [['ack', 'reply']] }, ack, ...rest];
}
