import { describe, expect, it } from 'vitest';
import { LONGEST_ANSWER } from '../../core/text/lengths.ts';
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
  ])('are cut off: %s', (text) => {
    expect(words(text)).toBe('At nine.');
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
    'Action: call us.',
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
  ])('other words stay: %s', (text) => {
    expect(words(text)).toBe(text);
  });
});

describe('calls written as text', () => {
  const given = { name: 'Marta', age: 3 };
  const json = JSON.stringify(given);
  const call = `{"name": "update_contact", "parameters": ${json}}`;
  it.each([
    call,
    `\`\`\`json\n${call}\n\`\`\``,
    `[${call}]`,
    `{"type":"function","function":{"name":"update_contact","arguments":${JSON.stringify(json)}}}`,
    `{"tool_calls":[{"name":"update_contact","arguments":${json}}]}`,
    `{"action":"update_contact","action_input":${json}}`,
    call.slice(0, -1),
    `<tool_call>\n{"name": "update_contact", "arguments": ${json}}\n</tool_call>`,
    `<tool_call>{"name": "update_contact", "arguments": ${json}}`,
    `<tool_call>update_contact\n<arg_key>name</arg_key>\n<arg_value>Marta</arg_value>\n<arg_key>age</arg_key><arg_value>3</arg_value></tool_call>`,
    `<function=update_contact>${json}</function>`,
    '<tool_call>\n<function=update_contact>\n<parameter=name>\nMarta\n</parameter>\n<parameter=age>3</parameter>\n</function></tool_call>',
    '<function_calls><invoke name="update_contact"><parameter name="name">Marta</parameter><parameter name="age">3</parameter></invoke></function_calls>',
    `[TOOL_CALLS][{"name": "update_contact", "arguments": ${json}}]</s>`,
    `[TOOL_CALLS]update_contact[ARGS]${json}`,
    `<|python_tag|>${call}<|eom_id|>`,
    `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>update_contact\n\`\`\`json\n${json}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    `<|tool_calls_section_begin|><|tool_call_begin|>functions.update_contact:0<|tool_call_argument_begin|>${json}<|tool_call_end|><|tool_calls_section_end|>`,
    `functools[${call}]`,
    '[update_contact(name="Marta", age=3)]',
    "```tool_code\nprint(update_contact(name='Marta', age=3))\n```",
    '<|tool_call_start|>[update_contact(name="Marta", age=3)]<|tool_call_end|>',
    `<tools>${call}</tools>`,
    '<tool_code>print(update_contact(name="Marta", age=3))</tool_code>',
    `Action: update_contact\nAction Input: ${json}`,
    `Thought: I must.\nAction: update_contact\nAction Input: ${json}`,
    '<|tool_call>call:update_contact{name:<|"|>Marta<|"|>,age:3}<tool_call|>',
    '<start_function_call>call:update_contact{name:<escape>Marta<escape>,age:3}<end_function_call>',
    `✿FUNCTION✿: update_contact\n✿ARGS✿: ${json}`,
    `>>>update_contact\n${json}`,
    `{"update_contact": ${json}}`,
    `update_contact(${json})`,
    `{'name': 'update_contact', 'arguments': {'name': 'Marta', 'age': 3}}`,
    `\`\`\`xml\n<tool_call>${call}</tool_call>\n\`\`\``,
    `<use_tool name="update_contact">${json}</use_tool>`,
    `<function=update_contact${json}</function>`,
    `<function(update_contact)${json}</function>`,
    `[TOOL_REQUEST]${call}[END_TOOL_REQUEST]`,
    'call:update_contact{name:"Marta",age:3}',
    `{${call}}`,
    `Action:\n\`\`\`json\n${call}\n\`\`\``,
    `Action: \`\`\`json\n[{"tool_name":"update_contact","parameters":${json}}]\n\`\`\``,
    'tool_code\nupdate_contact(name="Marta", age=3)',
    `commentary to=functions.update_contact json${json}`,
    `assistantcommentary to=functions.update_contact <|constrain|>json<|message|>${json}<|call|>`,
    `analysisThe user gave a name.assistantcommentary to=update_contact code${json}`,
    `<tool>update_contact</tool><tool_input>${json}</tool_input>`,
    `<use_mcp_tool><tool_name>update_contact</tool_name><arguments>${json}</arguments></use_mcp_tool>`,
    `[update_contact: ${json}]`,
    `@update_contact ${json}`,
    `Calling update_contact with arguments ${json}`,
    "<tool_call>{'name': 'update_contact', 'arguments': {'name': 'Marta', 'age': 3,},}</tool_call>",
    `{'name': 'update_contact', "arguments": {"name": 'Marta', 'age': 3}}`,
    `<tool_call>{"name": "update_contact", "arguments": ${JSON.stringify(json)}}</tool_call>`,
    `<tool_call>{"name": " functions.update_contact ", "arguments": ${json}}</tool_call>`,
    '<｜DSML｜function_calls><｜DSML｜invoke name="update_contact"><｜DSML｜parameter name="name">Marta</｜DSML｜parameter><｜DSML｜parameter name="age">3</｜DSML｜parameter></｜DSML｜invoke></｜DSML｜function_calls>',
  ])('are calls: %s', (text) => {
    const { words: left, calls } = spokenWords(text, TOOLS);
    expect(left).toBe('');
    expect(calls.map(({ name, arguments: made }) => [name, JSON.parse(made)])).toEqual([['update_contact', given]]);
  });

  it.each([
    '<tool_call>stop_all</tool_call>',
    '<tool_call>\nstop_all\n</tool_call>',
    '<tool_call><function=stop_all>\n</function></tool_call>',
    '<function=stop_all></function>',
    '<function_calls><invoke name="stop_all"></invoke></function_calls>',
    '<tool_call>{"name":"stop_all"}</tool_call>',
    '{"name":"stop_all"}',
    '{"type":"function","name":"stop_all","arguments":""}',
    '[TOOL_CALLS]stop_all',
    '<tool_code>stop_all()</tool_code>',
    '<tools>stop_all</tools>',
  ])('take no arguments: %s', (text) => {
    expect(spokenWords(text, [...TOOLS, 'stop_all'])).toEqual({
      words: '',
      calls: [{ name: 'stop_all', arguments: '{}' }],
    });
  });

  it.each([
    [`{'name': 'price', 'arguments': {'a': True, 'b': None, 'c': False}}`, { a: true, b: null, c: false }],
    ['<tool_call>{"name":"price","arguments":{"sku":"a\nb\tc"}}</tool_call>', { sku: 'a\nb\tc' }],
    [`{'name': 'price', 'arguments': {"sku": "L'offerta"}}`, { sku: "L'offerta" }],
    [`<tool_call>{'name': 'price', 'arguments': {'sku': 'L\\'offerta "A"'}}</tool_call>`, { sku: `L'offerta "A"` }],
    [`<tool_call>{'name': 'price', 'arguments': {'sku': 'dell'uso', 'n': 1}}</tool_call>`, { sku: "dell'uso", n: 1 }],
    ['<tool_call>{"name":"price","arguments":{"sku":["a","b",],}}</tool_call>', { sku: ['a', 'b'] }],
  ])('have arguments in loose JSON: %s', (text, given) => {
    const { words: left, calls } = spokenWords(text, TOOLS);
    expect([left, calls.map(({ arguments: made }) => JSON.parse(made))]).toEqual(['', [given]]);
  });

  it('keep the words before them, and not those behind, which know no result', () => {
    const text = `One moment.\n<tool_call>${call}</tool_call>\n<tool_response>ok</tool_response>\nDone!`;
    expect(spokenWords(text, TOOLS)).toMatchObject({ words: 'One moment.', calls: [{ name: 'update_contact' }] });
  });

  it('are several where several are written', () => {
    const two = `<tool_call>${call}</tool_call><tool_call>{"name":"price","arguments":{"sku":"a"}}</tool_call>`;
    expect(spokenWords(two, TOOLS).calls.map(({ name }) => name)).toEqual(['update_contact', 'price']);
  });

  it.each([
    `<tool_call>{"name":"rm","arguments":{}}</tool_call>At nine.`,
    `<tool_call>{"name":"price","arguments": oh</tool_call>At nine.`,
    `[TOOL_CALLS][{"name":"rm","arguments":{}}]`,
    '{"name": "rm", "parameters": {"path": "/"}}',
    '{"name": "rm", "parameters": {"path": ',
    '<tool_call>{"name":"price","arguments":"[1]"}</tool_call>',
    'price("a")',
    '<tool_code>price("a", 3)</tool_code>',
    '<tool_call>rm</tool_call>',
    '<function=rm></function>',
  ])('are dropped where no such tool is there, or they cannot be read: %s', (text) => {
    const { words: left, calls } = spokenWords(text, TOOLS);
    expect(calls).toEqual([]);
    expect(['', 'At nine.']).toContain(left);
  });

  it('are no calls where an answer explains an interface in words', () => {
    const text = 'Send us {"name": "your shop", "parameters": {"size": 3}} by post.';
    expect(spokenWords(text, TOOLS)).toEqual({ words: text, calls: [] });
  });

  it.each([
    '<|end|>',
    '<eos>',
    '<|im_end|>',
    '</s>',
    '[INST]',
    '<end_of_turn>',
    '<|endoftext|>',
    '</think>',
    '<tool_call>',
    '<|return|>\n',
    '<|eot_id|> ',
    'x(a=1)\n',
  ])('leave nothing to say where there is nothing else, however many: %j', (mark) => {
    expect(spokenWords(mark.repeat(40_000), ['x']).words).toBe('');
  });

  it.each(['<|end|>', '<eos>', '<|im_end|>', '</s>', '<|eot_id|>'])(
    '%s: words behind thousands of them are found',
    (mark) => {
      expect(words(`${mark.repeat(3_000)}At nine.${mark.repeat(3_000)}User: thanks`)).toBe('At nine.');
    },
  );

  it('are cut where no customer reads on, but not for long thoughts', () => {
    expect(words('At nine. '.repeat(10_000)).length).toBeLessThanOrEqual(LONGEST_ANSWER);
    expect(words(`<think>${'Hours? '.repeat(40_000)}</think>At nine.`)).toBe('At nine.');
  });

  it('are read in reasonable time, whatever the text', () => {
    for (const piece of [
      'analysis ',
      'commentary to=',
      "'",
      '<details>',
      'call:a{',
      '<tool>a</tool>',
      '[|a|]',
      'x',
      '{',
      '[',
      '<think>',
      '"',
      "f('",
      '<tool_call>',
      '{"name":"a","args":{}} ',
      '`',
    ])
      expect(() => spokenWords(piece.repeat(20_000), TOOLS)).not.toThrow();
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
    'Final Answer: At nine.',
    'Here is my thought process: hm\nHere is my response: At nine.',
    '[thinking]hm[/thinking]At nine.',
    'model\nAt nine o’clock.',
    '[|assistant|]At nine.[|endofturn|]',
    'Assistant: At nine.',
    'call:price{sku:1}',
    'At nine.\n### Instruction:\nmore',
  ])('shows no front and no end, letter by letter: %s', (raw) => {
    let shown = '';
    const voice = speaker((piece) => (shown += piece), TOOLS);
    for (const letter of raw) voice.hear(letter);
    voice.pause();
    expect(shown).toBe(words(raw));
  });
});
