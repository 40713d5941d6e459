import { describe, expect, it } from 'vitest';
import { LONGEST_ANSWER } from '../../core/text/lengths.ts';
import { spokenWords } from './marks.ts';

const TOOLS = ['update_contact', 'price'];
const words = (text: string) => spokenWords(text, TOOLS).words;

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
    `<function name="update_contact">${json}</function>`,
    `<tool>{"name": "update_contact", "arguments": ${json}}</tool>`,
    `<action>\n{"name": "update_contact", "arguments": ${json}}\n</action>`,
    `<api_call>${call}</api_call>`,
    `<execute_tool>update_contact(name="Marta", age=3)</execute_tool>`,
    `<call_tool>${call}</call_tool>`,
    `<tool_request>${call}</tool_request>`,
    `<my-call>\n${call}\n</my-call>`,
    `<invoke_function>${call}`,
    `<function><name>update_contact</name><parameters>${json}</parameters></function>`,
    `{"tool": "update_contact", "name": "Marta", "age": 3}`,
    `functions.update_contact:0${json}`,
    `<|tool▁calls▁begin|><|tool▁call▁begin|>function<|tool▁sep|>update_contact\n\`\`\`json\n${json}\n\`\`\`<|tool▁call▁end|><|tool▁calls▁end|>`,
    `<tool_call>\n{"name": "update_contact", "arguments": ${json}}\n</tool_call>`,
    `<tool_call>{"name": "update_contact", "arguments": ${json}}`,
    `<tool_call>update_contact\n<arg_key>name</arg_key>\n<arg_value>Marta</arg_value>\n<arg_key>age</arg_key><arg_value>3</arg_value></tool_call>`,
    `<function=update_contact>${json}</function>`,
    '<tool_call>\n<function=update_contact>\n<parameter=name>\nMarta\n</parameter>\n<parameter=age>3</parameter>\n</function></tool_call>',
    '<function_calls><invoke name="update_contact"><parameter name="name">Marta</parameter><parameter name="age">3</parameter></invoke></function_calls>',
    `[TOOL_CALLS][{"name": "update_contact", "arguments": ${json}}]</s>`,
    `[TOOL_CALLS]update_contact[ARGS]${json}`,
    '<longcat_tool_call>update_contact\n<longcat_arg_key>name</longcat_arg_key>\n<longcat_arg_value>Marta</longcat_arg_value>\n<longcat_arg_key>age</longcat_arg_key><longcat_arg_value>3</longcat_arg_value></longcat_tool_call>',
    '<seed:tool_call><function=update_contact><parameter=name>Marta</parameter><parameter=age>3</parameter></function></seed:tool_call>',
    '<minimax:tool_call><invoke name="update_contact"><parameter name="name">Marta</parameter><parameter name="age">3</parameter></invoke></minimax:tool_call>',
    `<|tool▁calls▁begin|><|tool▁call▁begin|>update_contact<|tool▁sep|>${json}<|tool▁call▁end|><|tool▁calls▁end|>`,
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
    `<function=update_contact(${json})</function>`,
    `<tool name="update_contact">${json}</tool>`,
    `<update_contact>${json}</update_contact>`,
    `to=functions.update_contact ${json}`,
    `assistant to=functions.update_contact json\n${json}`,
    `Tool: update_contact\nArguments: ${json}`,
    `**Action:** update_contact\n**Action Input:** ${json}`,
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
    'stop_all',
    '`stop_all`',
    '{{stop_all}}',
    'Action: stop_all',
    '[TOOL_REQUEST]stop_all[END_TOOL_REQUEST]',
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

  it('keep the words before a line of Python that stands alone', () => {
    expect(spokenWords('One moment.\n\nprice(sku="a")', TOOLS)).toEqual({
      words: 'One moment.',
      calls: [{ name: 'price', arguments: '{"sku":"a"}' }],
    });
  });

  it.each(['price', 'The price_list', 'Write update_contact(name="x") to us.', 'The tool: price', '*price*'])(
    'are none where a name is said: %s',
    (text) => expect(spokenWords(text, TOOLS)).toEqual({ words: text, calls: [] }),
  );

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
    '<price>\n<sku>a</sku>\n\n</price>',
    'At nine.\n```json\n{"name": "rm", "arguments": {"path": "/"}}\n```',
    'At nine.<|tool▁calls▁begin|>rm<|tool▁calls▁end|>',
    'At nine.<|function_call|>{"name":"rm"}',
    'At nine.<longcat_tool_call>rm\n<longcat_arg_key>a</longcat_arg_key><longcat_arg_value>1</longcat_arg_value></longcat_tool_call>',
    'At nine.[TOOL_RESULTS]x[/TOOL_RESULTS]',
    'At nine.<|tool_response>x<tool_response|>',
    'At nine.<｜tool▁outputs▁begin｜>x<｜tool▁outputs▁end｜>',
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
