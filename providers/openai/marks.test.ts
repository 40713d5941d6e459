import { describe, expect, it } from 'vitest';
import { spokenWords } from './marks.ts';
import { speaker } from './stream.ts';

const TOOLS = ['update_contact', 'price'];
const words = (text: string) => spokenWords(text, TOOLS).words;

describe('thoughts', () => {
  it.each([
    ['closed', '<think>The shop opens at nine.</think>\n\nAt nine.'],
    ['without their beginning', 'The customer asks for the hours.\n</think>\n\nAt nine.'],
    ['nested', '<think>a <think>b</think> c</think>At nine.'],
    ['with other names', '<thinking>hm</thinking><reflection>hm</reflection>At nine.'],
    ['of Magistral', '[THINK]hm[/THINK]At nine.'],
    ['of Kimi', '◁think▷hm◁/think▷At nine.'],
    ['of Seed', '<seed:think>hm</seed:think>At nine.'],
    ['of Cohere', '<|START_THINKING|>hm<|END_THINKING|><|START_RESPONSE|>At nine.<|END_RESPONSE|>'],
    ['of Gemma', '<|channel>thought\nhm<channel|>At nine.'],
    ['behind the answer, without an end', 'At nine.\n<think>Was that right?'],
    ['in front of answer tags', '<think>hm</think><answer>At nine.</answer>'],
    ['with blanks in the tag', '< think >hm</ think >At nine.'],
    ['escaped', '&lt;think&gt;hm&lt;/think&gt;At nine.'],
    ['as marks', '<|think|>hm<|/think|>At nine.'],
    ['of two kinds', '<think>hm<|/think|>At nine.'],
    ['called analysis', '<analysis>hm</analysis>At nine.'],
    ['called a monologue', '<inner_monologue>hm</inner_monologue>At nine.'],
    ['in a fence', '```thinking\nhm\n```\nAt nine.'],
    ['aloud', 'Thought: I know it.\nFinal Answer: At nine.'],
    ['of Granite', 'Here is my thought process:\nhm\n\nHere is my response:\nAt nine.'],
    ['of Apertus', '<|inner_prefix|>hm<|inner_suffix|>At nine.'],
    ['about their own length', '<seed:cot_budget_reflect>hm</seed:cot_budget_reflect>At nine.'],
    ['in brackets', '[thinking]hm[/thinking]At nine.'],
    ['called a rationale', '<rationale>hm</rationale>At nine.'],
    ['called antThinking', '<antThinking>hm</antThinking>At nine.'],
    ['folded', '<details type="reasoning" open><summary>Thought for 2 s</summary>hm</details>At nine.'],
    ['folded by a heading', '<details>\n<summary>Thinking…</summary>\nhm\n</details>\nAt nine.'],
    ['in front of output tags', '<think>hm</think><output>At nine.</output>'],
    ['of Magistral, without their beginning', 'hm[/THINK]At nine.'],
    ['of MiniMax', '<mm:think>hm</mm:think>At nine.'],
    ['of LongCat', '<longcat_think>hm</longcat_think>At nine.'],
    ['short ones', '<think_fast>hm</think_fast>At nine.'],
    ['called a process', '<reasoning_process>hm</reasoning_process>At nine.'],
    ['called deliberation', '<deliberation>hm</deliberation>At nine.'],
    ['called a reason', '<reason>\nhm\n</reason>\nAt nine.'],
    ['between a start and an end', '<|thought_start|>hm<|thought_end|>At nine.'],
    ['with bars of full width', '<｜begin▁of▁thought｜>hm<｜end▁of▁thought｜>At nine.'],
    ['of Kimi, longer', '◁thinking▷hm◁/thinking▷At nine.'],
    ['in a turn of their own', '<|im_start|>think\nhm<|im_end|>\n<|im_start|>answer\nAt nine.<|im_end|>'],
    ['below a heading', '**Thinking:** hm\n\n**Answer:** At nine.'],
    ['in a nameless fence', '```\n<think>hm</think>\n```\nAt nine.'],
    ['of Seed, about nothing', '<seed:think/>At nine.'],
    ['that are none', '<think/>At nine.'],
    ['that are none, with a blank', '<thinking />\n\nAt nine.'],
    ['in Chinese brackets', '[思考]hm[/思考]At nine.'],
    ['as a terminal shows them', '[Start thinking]\nhm\n[End thinking]\n\nAt nine.'],
    ['called pondering', '<ponder>hm</ponder>At nine.'],
    ['called a commentary', '<commentary>hm</commentary>\nAt nine.'],
    ['up to the final mark', '<|analysis|>hm<|final|>At nine.'],
  ])('%s are not for the customer', (_, text) => {
    expect(words(text)).toBe('At nine.');
  });

  it('that never end leave nothing to say', () => {
    expect(words('<think>The shop opens at')).toBe('');
  });
});

describe('channels', () => {
  it.each([
    '<|channel|>analysis<|message|>Hours.<|end|><|start|>assistant<|channel|>final<|message|>At nine.<|return|>',
    'Hours.<|end|><|start|>assistant<|channel|>final<|message|>At nine.',
    '<|channel|>final<|constrain|>text<|message|>At nine.',
    'analysisThe user asks for hours.assistantfinalAt nine.',
    'assistantanalysisThe user asks. assistantfinalAt nine.',
    'final<|message|>At nine.<|return|>',
    '<|channel|>analysis<|message|>hm<|end|>At nine.',
    '<|channel|>analysis<|message|>hm<|end|><|channel|>commentary<|message|>At nine.<|end|>',
    '<|channel|>commentary<|message|>I will look.<|end|><|channel|>final<|message|>At nine.',
    '<|channel|>analysis\nhm<|end|>At nine.',
    '<|channel|>analysis\nhm<|end|><|start|>assistant<|channel|>final\nAt nine.<|return|>',
  ])('leave their final words: %s', (text) => {
    expect(words(text)).toBe('At nine.');
  });

  it('hold calls', () => {
    const text =
      '<|channel|>analysis<|message|>hm<|end|><|start|>assistant to=functions.price<|channel|>commentary json<|message|>{"sku":"a"}<|call|>';
    expect(spokenWords(text, TOOLS)).toEqual({ words: '', calls: [{ name: 'price', arguments: '{"sku":"a"}' }] });
  });
});

describe('marks of turns', () => {
  it.each([
    'At nine.<|im_end|>',
    'At nine.</s>',
    '<s>At nine.</s>',
    'At nine.<|eot_id|>',
    'At nine.<end_of_turn>\n',
    'At nine.<|endoftext|>Human: thanks',
    'At nine.<|im_end|>\n<|im_start|>user\nAnd on Sunday?<|im_end|>',
    '<|im_start|>assistant\nAt nine.<|im_end|>',
    '<|start_header_id|>assistant<|end_header_id|>\n\nAt nine.',
    '<start_of_turn>model\nAt nine.<turn|>',
    '[/INST] At nine.',
    '<｜Assistant｜>At nine.<｜end▁of▁sentence｜>',
    '<bos>At nine.<eos>',
    '<|assistant|>At nine.<|end|>',
    'assistant\n\nAt nine.',
    'At nine.\n\nUser: thanks\nAssistant: bye',
    'At nine.### Human: thanks',
    'At nine.\n### Instruction:\nAnd on Sunday?\n### Response:\nAt ten.',
    '### Response:\nAt nine.',
    '[|assistant|]At nine.[|endofturn|]',
    'At nine.[|endofturn|][|user|]And on Sunday?',
    'At nine.<eoa>',
    '<reserved_107>At nine.<reserved_106>And on Sunday?',
    'Final Answer: At nine.',
    'Assistant: At nine.',
    'AI: At nine.',
    'At nine.\n</customer>',
    '<customer>\nAt nine.</customer>',
    '<|start_of_role|>assistant<|end_of_role|>At nine.<|end_of_text|>',
    'At nine.\n<|start_of_role|>user<|end_of_role|>And on Sunday?',
    'At nine.<end_of_utterance>\nUser: And on Sunday?<end_of_utterance>\nAssistant: At ten.',
    ']~!b[]~b]ai\nAt nine.[e~[',
    'At nine.\n]~b]user\nAnd on Sunday?[e~[',
    '<BOS_TOKEN>At nine.<EOS_TOKEN>',
    '<|CHATBOT_TOKEN|>At nine.<|START_OF_TURN_TOKEN|><|USER_TOKEN|>And on Sunday?',
    '[gMASK]<sop><|assistant|>\nAt nine.<|user|>',
    'At nine.<|observation|>\n{"x":1}',
    'At nine.<|User|>And on Sunday?<|Assistant|>At ten.',
    'At nine.<｜User｜>And on Sunday?',
    'At nine.\n<start_of_turn>user\nAnd on Sunday?',
    'At nine.</s>[INST] And on Sunday? [/INST]',
    'At nine.<|im_start|>assistant\nAt nine, I said.',
    'At nine.<|im_user|>user<|im_middle|>And on Sunday?',
    '<|im_assistant|>assistant<|im_middle|>At nine.<|im_end|>',
    '<|header_start|>assistant<|header_end|>\n\nAt nine.<|eot|>',
    'At nine.<|system|>Be brief.',
    'At nine.<<SYS>>Be brief.<</SYS>>',
    '<bot>: At nine.\n<human>: thanks',
    'At nine.<|end▁of▁sentence|>',
    'At nine.</assistant>',
    '<role>ASSISTANT</role>At nine.<|role_end|>',
    'At nine.<role>HUMAN</role>And on Sunday?',
    '<seed:bos>assistant\nAt nine.<seed:eos>',
    '<beginning_of_sentence>ai name=assistant\nAt nine.<end_of_sentence>',
    'At nine.<end_of_sentence>\n<beginning_of_sentence>user name=user\nAnd on Sunday?',
    'At nine.\n<extra_id_1>User\nAnd on Sunday?',
    'assistant<|role_sep|>At nine.<|message_sep|>',
    '<|assistant_start|>At nine.<|assistant_end|><|user_start|>And on Sunday?',
    'At nine.<|endofassistant|><|userprompt|>And on Sunday?',
    'At nine.\n\nHuman: And on Sunday?',
    '<s>[INST] The hours? [/INST] At nine.</s>',
    'At nine.\n</response>',
    'At nine.&lt;|im_end|&gt;',
    'At nine.<SPECIAL_12>',
    '<|role_start|>assistant<|role_end|>At nine.',
    '<|turn_begin|>model<|turn_sep|>At nine.<|turn_begin|>user<|turn_sep|>And on Sunday?',
    '<role>ASSISTANT</role>At nine.<role>HUMAN</role>And on Sunday?',
    '<role> assistant </role>\nAt nine.',
    'At nine.<seed:eos>',
    '<seed:bos>assistant\nAt nine.<seed:eos><seed:bos>user\nAnd on Sunday?',
    '<_start>assistant\nAt nine.<_end>',
    '<SPECIAL_12>At nine.',
    '<extra_id_0>At nine.<extra_id_1>',
    '<reserved_special_token_7>At nine.',
    '[BOS]At nine.[EOS]',
    '<bot>At nine.</bot>',
    '<|content|>At nine.<|/content|>',
    '<user_response>At nine.</user_response>',
    '<response_to_user>At nine.</response_to_user>',
    '<assistant_message>\nAt nine.\n</assistant_message>',
    '[assistant]: At nine.',
    'Asistente: At nine.',
    'Ассистент: At nine.',
    '**Assistente:** At nine.',
    'دستیار: At nine.',
    'المساعد: At nine.',
    'At nine.\n\nCustomer: thanks\nBot: bye',
    'At nine.\nCliente: gracias\nAsistente: adiós',
    'At nine.\n**Usuario:** gracias\n\n**Asistente:** adiós',
    'At nine.\nUtente: grazie\nAssistente: prego',
    'At nine.\nCLIENTE: grazie\nBOT: prego',
    'At nine.\nКлиент: спасибо\nБот: пожалуйста',
    'At nine.\nПользователь: спасибо\nАссистент: пожалуйста',
    'At nine.\nکاربر: ممنون\nدستیار: خواهش می‌کنم',
    'At nine.\nالعميل: شكرا\nالمساعد: عفوا',
    'At nine.\nعميل: شكرا\nبوت: عفوا',
    'At nine.\n\n[User]: thanks\n[Assistant]: bye',
    'At nine.\n\n---\nUser: thanks\nAssistant: bye',
  ])('are cut off: %s', (text) => {
    expect(words(text)).toBe('At nine.');
  });

  it.each([
    ...['<|im_end', '<|', '<｜end▁of', '</s', '<end_of_tu', '<end', '<', '<|start_of_role|', '[e~', ']~b', '[|endof'],
    ...[
      '<seed:eo',
      '<SPECIAL',
      '<extra_id',
      '<execute_to',
      '\n<thi',
      '</thin',
      '◁thi',
      '[/INST',
      ' [TOOL_CA',
      '\n<tool_call',
      '<function=pri',
      '<invoke name="pr',
    ],
    ...['<|im_end|>\n<|im_st', '<eos', '<think'],
  ])('are cut off where the limit left their beginning alone: At nine.%s', (mark) => {
    expect(words(`At nine.${mark}`)).toBe('At nine.');
  });

  it('name the role in front of a sentence', () => {
    expect(words('model\nWe open at nine.')).toBe('We open at nine.');
  });

  it.each([
    'Costs <s>50 €</s> 40 €',
    '<b>At nine</b>, [PHONE_1]',
    'a < b and c > d',
    '```js\nrun({ "name": "x" })\n```',
    '{"hours": 9}',
    '[NAME_1], at nine',
    'Write to (price list)',
    'Log in with\nUser: guest\nPassword: guest',
    'Log in with\n\nUser: guest\nPassword: guest',
    'Answer in <answer> and </answer>',
    'Human: Ana, robot: R2',
    'Action: call us.',
    'Fill in:\nCliente: María\nTeléfono: 900 100 200',
    'Your contract\nCliente: María\nAgente: Pedro',
    'Клиент: Мария\nТелефон: 900',
    'The Canon [EOS] R5 is here.',
    'Model: X200',
    'Type <number_1> and <role>.',
    'Use <special> prices',
    '<function> is a word of code',
    'Choose an <action> below',
    'model\nX200',
    'Assistant manager: Ana',
    'The assistant: Ana',
    'Details: <details><summary>Hours</summary>nine</details>',
    'Here is my response: nine.',
    'My commentary to you',
    '### Hours\nnine',
    'Call: 900 100 200',
    'price: 9 €',
    'The price list is {"a": 1}',
    'tool_code is a word',
    '{"name": "Turbo"}',
    "It's {n} o'clock",
    'How do I centre a <div> in HTML?',
    'Open `http://<host>/admin`, enter <user> and <password>.',
    'Write to us:\n<name>\n<reason>\n<date>',
    'Dial *100*<plan># now',
    'Use `<think>` to begin a thought and `</think>` to end it.',
    'In HTML, `</s>` ends a struck text.',
    '`<|user|>` and `<|assistant|>` are roles, `[INST]` is a mark.',
    'Write `<|im_end|>` at the end of `<tool_call>`.',
    'We love you <3',
    'a <b',
    'Choose [A] or [T',
    'x ≤ 3, y <',
    'Set the DNS to <primary',
    'See [your invoice',
    'The role is "user"',
    'Thinking: it depends.',
    'Ask for:\n```json\n{"name": "your shop", "arguments": {}}\n```\nand send it.',
  ])('other words stay: %s', (text) => {
    expect(words(text)).toBe(text);
  });
});

describe('a stream', () => {
  it.each([1, 3, 1000])('shows no mark, no call and no thought, in pieces of %s', (size) => {
    let shown = '';
    const voice = speaker((piece) => (shown += piece), TOOLS);
    const raw = '<think>hm</think>One moment, [PHONE_1].\n<tool_call>{"name":"price","arguments":{}}</tool_call>';
    for (let at = 0; at < raw.length; at += size) voice.hear(raw.slice(at, at + size));
    voice.pause();
    for (const piece of 'At nine.<|im_end|>') voice.hear(piece);
    voice.pause();
    expect(shown).toBe('One moment, [PHONE_1].\n\nAt nine.');
  });

  it.each([
    'Use `</s>` or `<|im_end|>`, and `[INST]` never.',
    '&lt;think&gt;hm&lt;/think&gt;At nine.',
    '[REASONING]hm[/REASONING]At nine.',
    '**Thinking:** hm\n\n**Answer:** At nine.',
    'At nine.[e~[]~b]user',
    'At nine.\n\nHuman: And on Sunday?',
    'At nine.\n\nUser: thanks\nAssistant: bye',
    'Hours:\nUntil nine.\nHolidays: closed.',
    'At nine.<|start_of_role|>user<|end_of_role|>more',
    'At nine.<end_of_tu',
    'Final Answer: At nine.',
    'Here is my thought process: hm\nHere is my response: At nine.',
    '[thinking]hm[/thinking]At nine.',
    'model\nAt nine o’clock.',
    '[|assistant|]At nine.[|endofturn|]',
    'Assistant: At nine.',
    'call:price{sku:1}',
    'update_contact',
    'to=functions.price {"sku":1}',
    'Tool: price\nArguments: {"sku":1}',
    'Prices begin at 9 €.',
    'At nine.\n\nUser: thanks\nAssistant: bye',
    'At nine.\n**Cliente:** gracias\n**Asistente:** adiós',
    'At nine.\nКлиент: спасибо\nБот: пожалуйста',
    'At nine.\n\n[User]: thanks\n[Assistant]: bye',
    'Asistente: At nine.\nUsing it is easy.',
    'functions.price:0{"sku":1}',
    'At nine.\n### Instruction:\nmore',
    '[Start thinking]hm[End thinking]\nAt nine.',
    '[思考]嗯[/思考]At nine.',
    '[BOS]At nine.[EOS]',
    'See [this page](https://example.com/a) at nine.',
  ])('shows no front and no end, letter by letter: %s', (raw) => {
    let shown = '';
    const voice = speaker((piece) => (shown += piece), TOOLS);
    for (const letter of raw) voice.hear(letter);
    voice.pause();
    expect(shown).toBe(words(raw));
  });

  it('waits for the end of thoughts that nobody sees begin, where the model is known for them', () => {
    let shown = '';
    const voice = speaker((piece) => (shown += piece), TOOLS, true);
    for (const letter of 'The customer asks.\n[/THINK]At nine.') voice.hear(letter);
    expect(shown).toBe('At nine.');
    voice.pause();
    expect(shown).toBe('At nine.');
  });

  it('waits for such an end where the answer only speaks of it', () => {
    let shown = '';
    const voice = speaker((piece) => (shown += piece), TOOLS, true);
    for (const letter of 'The mark `</think>` is no word.') voice.hear(letter);
    expect(shown).toBe('');
    voice.pause();
    expect(shown).toBe('The mark `</think>` is no word.');
  });
});
