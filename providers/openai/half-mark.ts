/** A mark of which the limit of an answer left the beginning alone. */

/** No words end in these. */
const OPEN =
  /(?:<[|｜][^<>|｜\n]{0,40}[|｜]?|<\/[a-z_:]{0,24}|<(?:function|invoke|parameter|tool)[=(\s][^<>\n]{0,80}|◁[^▷\n]{0,12}|\[\|[a-z]{0,12}\|?)$/i;
/** Those that begin as words or brackets may. */
const MARKS = [
  ...[
    '<think>',
    '<thinking>',
    '<thought>',
    '<reasoning>',
    '<seed:think>',
    '<tool_call>',
    '<tool_code>',
    '<tool_response>',
  ],
  ...[
    '<function=',
    '<function_calls>',
    '<invoke ',
    '<end_of_turn>',
    '<end_of_utterance>',
    '<start_of_turn>',
    '<eos>',
    '<eoa>',
  ],
  ...[
    '<EOS_TOKEN>',
    '<seed:bos>',
    '<seed:eos>',
    '<SPECIAL_',
    '<extra_id_',
    '<execute_tool>',
    '<action>',
    '[EOS]',
    '<turn|>',
    '<channel|>',
    '<unused95>',
    '[INST]',
    '[/INST]',
    '[THINK]',
    '[/THINK]',
    '[TOOL_CALLS]',
    '[e~[',
    ']~b]',
  ],
];
const BEGUN = /[<[\]][\w/:~]{0,24}$/;
/** A shorter beginning counts where it is glued to the words, as the end of a turn is: "a <b" compares. */
const SURE = 4;

/** @param text without white space at its end. */
export function withoutHalfMark(text: string): string {
  const end = text.slice(-100);
  const open = OPEN.exec(end)?.[0] ?? begun(end);
  return open ? text.slice(0, text.length - open.length) : text;
}

function begun(end: string): string | undefined {
  const tail = BEGUN.exec(end);
  if (!tail || !MARKS.some((mark) => mark.startsWith(tail[0]))) return undefined;
  const isGlued = /\S$/.test(end.slice(0, tail.index)) && (tail[0].length > 1 || tail[0] === '<');
  return tail[0].length >= SURE || isGlued ? tail[0] : undefined;
}
