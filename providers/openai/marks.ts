/**
 * What a model's template leaves in its words where a server does not take it out: thoughts, channels, the marks of turns, calls of tools
 * written as text. Nothing of it is for the customer.
 */
import { cutText, LONGEST_ANSWER } from '../../core/text/lengths.ts';
import { withoutHalfMark } from './half-mark.ts';
import { hideQuoted, showQuoted } from './quoted-marks.ts';
import { callsIn, type TextCall } from './text-calls.ts';

/** What is left for the customer, up to `LONGEST_ANSWER`, and the calls of `tools` that were written among it. */
export function spokenWords(text: string, tools: readonly string[]): { words: string; calls: TextCall[] } {
  const own = withoutHalfMark(hideQuoted(text.trimEnd()));
  const { words, calls } = callsIn(withoutThoughts(withoutChannels(plainMarks(own))), tools);
  // Cut last: half a call or half a mark would be words.
  return { words: cutText(showQuoted(withoutTurns(words)).trim(), LONGEST_ANSWER).trimEnd(), calls };
}

const THOUGHT =
  '(?:(?:(?!start|end|begin)[a-z]{2,9}[:_])?think(?:ing)?(?:_(?:fast|faster|process))?|(?:inner_|internal_)?thoughts?|thought_process|(?:inner_)?monologue|chain_of_thought|cot(?:_budget_reflect)?|seed:cot_budget_reflect|antThinking|ponder(?:ing)?|rationale|reasoning(?:_process)?|(?:self_)?reflection|deliberation|scratchpad)';
/** Such a tag may also be a place to fill in: it counts at the beginning of a line and closed, or in front of all. */
const PERHAPS =
  /(?<![^\n>])<(plan|analysis|commentary|reason|critique|internal)>|<\/(plan|analysis|commentary|reason|critique|internal)>/gi;
/** The tag in other dress: with blanks, escaped, or as a mark. */
const DRESSED = new RegExp(`(?:<[|｜]?|&lt;)\\s?(/?)\\s?(${THOUGHT})\\s?(?:[|｜]?>|&gt;)`, 'gi');
/** No thought at all, where a template wants one. */
const NO_THOUGHT = new RegExp(`<${THOUGHT}\\s?/>`, 'gi');

/** One spelling for marks that are written in several ways. */
const plainMarks = (text: string): string =>
  text
    .replace(NO_THOUGHT, '')
    .replace(DRESSED, '<$1$2>')
    .replaceAll('｜DSML｜', '')
    .replace(/<(\/?)longcat_/g, '<$1')
    .replace(/&lt;(\|\w{1,40}\||\/s)&gt;/g, '<$1>');

const OPEN = `<${THOUGHT}(?:\\s[^<>]{0,80})?>|\\[(?:THINK(?:ING)?|REASONING|思考|Start thinking)\\]|<[|｜](?:begin[_▁]of[_▁]thought|startofthought|START_THINKING|inner_prefix|(?:think(?:ing)?|thought|reasoning)_start)[|｜]>|<\\|im_start\\|>think\\b|◁think(?:ing)?▷|<unused94>|<\\|analysis\\|>|<\\|channel>(?:thought|analysis)`;
const CLOSE = `</${THOUGHT}>|\\[(?:/(?:THINK(?:ING)?|REASONING|思考)|End thinking)\\]|<[|｜](?:end[_▁]of[_▁]thought|endofthought|END_THINKING|inner_suffix|(?:think(?:ing)?|thought|reasoning)_end)[|｜]>|<\\|im_start\\|>answer\\b|◁/think(?:ing)?▷|<unused95>|<\\|final\\|>|<channel\\|>`;
const THOUGHT_MARK = new RegExp(`(${OPEN})|(?:${CLOSE})`, 'gi');
const FENCED = /```(?:think|thinking|thoughts?|reasoning)\b[\s\S]*?(?:```|$)|```\w{0,20}\s{0,20}```/gi;
const FOLDED =
  /<details\b[^<>]{0,80}\btype=["']reasoning["'][^<>]{0,80}>[\s\S]*?(?:<\/details>|$)|<details>\s{0,20}<summary>\s{0,20}(?:Thinking|Thoughts?|Reasoning)\b[\s\S]*?(?:<\/details>|$)/gi;
/** Granite's, and a heading each. */
const IN_WORDS =
  /^\s*(?:Here(?: is|'s) my thought process:[\s\S]*?Here(?: is|'s) my response:|\*{0,2}(?:Thinking|Thoughts|Thought process|Reasoning)(?::\*{0,2}|\*\*:?)\s[\s\S]*?\n\s{0,9}\*{0,2}(?:Final )?(?:Answer|Response)(?::\*{0,2}|\*\*:?)\s)/i;
/** How agents of old think aloud: up to what they do, or say. */
const ALOUD = /^\s*Thought:/;
const ALOUD_END = /\n\s{0,20}(?:Final Answer:|(?=Action:))/;

/** A template that writes the opening tag itself leaves an answer that begins in the middle of the thoughts. */
export function withoutThoughts(text: string): string {
  let words = '';
  let from = 0;
  let open = -1;
  for (const { 0: mark, 1: opens, index } of text.matchAll(THOUGHT_MARK)) {
    if (opens) {
      if (open < 0) open = index;
      continue;
    }
    words = open < 0 ? '' : words + text.slice(from, open);
    from = index + mark.length;
    open = -1;
  }
  words += text.slice(from, open < 0 ? undefined : open);
  return withoutAloud(withoutPerhaps(words.replace(FENCED, '')).replace(FOLDED, '').replace(IN_WORDS, ''));
}

/** Whether its thoughts end that nobody saw begin. */
export const beginsInThoughts = (text: string): boolean => {
  const [first] = text.matchAll(THOUGHT_MARK);
  return first !== undefined && first[1] === undefined;
};

function withoutPerhaps(text: string): string {
  let words = '';
  let from = 0;
  let open: { name: string; index: number } | undefined;
  for (const { 0: mark, 1: opened, 2: closed, index } of text.matchAll(PERHAPS)) {
    if (opened) open ??= { name: opened.toLowerCase(), index };
    else if (open?.name === closed!.toLowerCase()) {
      words += text.slice(from, open.index);
      from = index + mark.length;
      open = undefined;
    }
  }
  return open && !text.slice(0, open.index).trim() ? words : words + text.slice(from);
}

function withoutAloud(text: string): string {
  const end = ALOUD.test(text) ? ALOUD_END.exec(text) : null;
  return end ? text.slice(end.index + end[0].length) : text;
}

/** One message of a text in channels. The recipient of a call stands before or behind the channel's name; the mark before its words may be left out. */
const CHANNEL =
  /(?:to=([\w.-]+)\s*)?<\|channel\|>\s*(\w+)([^<]*)(?:<\|constrain\|>[^<]*)?(<\|message\|>)?([\s\S]*?)(?=<\|(?:end|return|call|start|channel)\|>|$)/g;
/** The same where the server took out the marks and left their words. */
const PLAIN_CALL =
  /(?:(?:assistant\s{0,9})?commentary\s{1,9}to=|(?:assistant\s{1,9})?to=(?=functions\.))([\w.-]{1,80})\s{0,9}(?:<\|constrain\|>)?\s{0,9}(?:json|code)?\s{0,9}(?:<\|message\|>)?(?=\s{0,9}\{)/;
const PLAIN_ANALYSIS = /^\s*(?:assistant\s*)?analysis[\s\S]*?(?=(?:assistant\s{0,9})?commentary\s{1,9}to=)/;
const PLAIN_CHANNELS = /^\s*(?:assistant\s*)?(?:analysis|commentary)[\s\S]*assistant\s*final/;

/** A text in channels as its final words, and the calls among it in the form that others write them. */
export function withoutChannels(text: string): string {
  if (!text.includes('<|channel|>'))
    return text
      .replace(PLAIN_ANALYSIS, '')
      .replace(PLAIN_CALL, '<function=$1>')
      .replace(PLAIN_CHANNELS, '')
      .replace(/^\s*final\s*<\|message\|>/, '');
  let [end, preamble] = [0, ''];
  const messages = Array.from(
    text.matchAll(CHANNEL),
    ({ 0: all, 1: before, 2: channel, 3: behind = '', 4: marked, 5: rest = '', index }) => {
      end = index + all.length;
      const body = marked ? rest : behind.trim();
      const recipient = before ?? /to=([\w.-]+)/.exec(behind)?.[1];
      if (recipient) return `<function=${recipient}>${body}</function>`;
      if (channel === 'commentary') preamble = body;
      return channel === 'final' ? body : '';
    },
  );
  // Without a final one, what stands behind the last, or was said on the way.
  const spoken = messages.filter(Boolean).join('\n');
  return (
    spoken ||
    text
      .slice(end)
      .replace(/^<\|(?:end|return|call)\|>/, '')
      .trim() ||
    preamble
  );
}

/** Who speaks in a turn that is not the model's. */
const OTHERS = '(?:user|human|prompter|customer|system|developer|observation|tool|ipython|environment)';
/** A turn begins, and whose it is follows. */
const TURN_OF =
  '(?:<\\|(?:im_start|start_header_id|start_of_role|header_start|turn_start|role_start)\\|>|<start_of_turn>|<beginning_of_sentence>|<extra_id_\\d>|<(?:[a-z]{1,12}:)?bos>|<_start>|<role>|\\]~b\\])\\s*';
/** Behind one of these a model that was not stopped goes on with the next turn, in the customer's name. */
const TURN_END = new RegExp(
  `${TURN_OF}(?:${OTHERS}|assistant|model|ai)\\b(?:\\s?</role>| name=[^\\n]{0,40}\\n)?|<[|｜]\\s?(?:im_)?${OTHERS}(?:_TOKEN|_start|prompt)?\\s?[|｜]>|<\\|\\w{1,40}\\|>\\s?${OTHERS}\\s?<\\|\\w{1,40}\\|>|user<\\|role_sep\\|>|` +
    '<\\|(?:im_end|eot_id|eom_id|eot|end_of_text|endoftext|end|return|END_OF_TURN_TOKEN|END_RESPONSE|turn_end|end_of_turn|endofturn|end_of_sentence|endofassistant|assistant_end|message_sep|role_end|START_OF_TURN_TOKEN)\\|>|' +
    '<[|｜]end▁of▁sentence[|｜]>|<end_of_turn>|<end_of_(?:utterance|sentence|text)>|<turn\\|>|<(?:(?:[a-z]{1,12}:)?eos|EOS_TOKEN|eoa|eoh|eop|EOT|reserved_106|_end)>|\\[EOS\\](?=\\s{0,9}(?:$|\\[BOS))|\\[\\|(?:endofturn|user)\\|\\]|\\[INST\\]|<<SYS>>|\\[e~\\[|<human>:',
  'gi',
);
const TURN_OR_TEXT_END = new RegExp(`${TURN_END.source}|</s>`, 'gi');
const TURN_BEGIN = new RegExp(
  // The role between two marks, or behind one. What ends a turn is never seen here.
  '<\\|\\w{1,40}\\|>\\s?(?:assistant|model|ai|bot)\\s?<\\|\\w{1,40}\\|>\\s*|<role>\\s?bot\\s?</role>\\s*|' +
    '<\\|(?:start_header_id|header_start|start_of_role|im_assistant)\\|>[^<]{0,20}<\\|(?:end_header_id|header_end|end_of_role|im_middle)\\|>\\s*|' +
    '<start_of_turn>|<beginning_of_sentence>|(?:(?<=^\\s{0,9})assistant)?<\\|role_sep\\|>|<\\|start\\|>(?:\\s*assistant\\b)?|<_start>|' +
    '\\]~!b\\[|<｜[^｜<>]{1,40}｜>|<\\|/?[\\w:▁]{1,40}\\|>|<(?:(?:[a-z]{1,12}:)?bos|sop|pad|unk|TOKENS_UNUSED_\\d+)>|<(?:BOS|PAD|UNK)_TOKEN>|\\[(?:[gs]MASK|BOS)\\]|\\[\\|[a-z]{1,20}\\|\\]|' +
    '</?(?:customer|assistant|bot)>(?!:)|<(?:special|reserved|extra|unused|dummy)(?:_(?:special|token|id)){0,2}_?\\d{1,5}>|<\\|turn>|\\[/INST\\]',
  'gi',
);
const ANSWER =
  '(?:(?:final|user|assistant|bot)_)?(?:answer|response|reply|output|message)|final|response_to_(?:user|customer)';
const ANSWER_TAGS = new RegExp(`^\\s*<(${ANSWER})>([\\s\\S]*?)(?:</\\1>\\s*)?$`, 'i');
const ANSWER_END = new RegExp(`\\s{0,9}</(${ANSWER})>$`, 'i');
/** The question once more, as the template has it. */
const ECHO = /^\s*(?:<s>)?\s{0,9}\[INST\][\s\S]*?\[\/INST\]/;

/** Words without the marks of turns. */
export function withoutTurns(text: string): string {
  // Also the tags of a text that is struck through: those come in pairs.
  const begun = withoutOthers(text.replace(ECHO, '')).replace(/^\s*<s>(?![\s\S]*<\/s>\s*\S)/, '');
  const whole = cutAt(begun, /<s>/.test(begun) ? TURN_END : TURN_OR_TEXT_END);
  const answer = whole.replace(TURN_BEGIN, '').replaceAll('<0x0A>', '\n').replace(ANSWER_TAGS, '$2').trimEnd();
  const [end = '', name] = ANSWER_END.exec(answer) ?? [];
  return answer.includes(`<${name}>`) ? answer : answer.slice(0, answer.length - end.length);
}

/** How the two sides of a made-up dialogue are called; an agent or operator is a person in a form as well. */
export const OTHER_SIDES = [
  ...['User', 'Human', 'Customer', 'Client', 'Usuario', 'Cliente', 'Humano', 'Utente', 'Umano', 'Usuário'],
  ...[
    'Пользователь',
    'Клиент',
    'Покупатель',
    'Человек',
    'کاربر',
    'مشتری',
    'المستخدم',
    'العميل',
    'الزبون',
    'مستخدم',
    'عميل',
    'Юзер',
  ],
];
export const OWN_SIDES = [
  ...['Assistant', 'AI', 'Bot', 'Chatbot', 'Asistente', 'IA', 'Assistente'],
  ...['Ассистент', 'Бот', 'Чат-бот', 'Помощник', 'ИИ', 'دستیار', 'ربات', 'المساعد', 'البوت', 'الروبوت', 'مساعد', 'بوت'],
];
const spelt = (sides: string[]) =>
  `[\\[*]{0,2}(?:${sides.flatMap((side) => [side, side.toUpperCase()]).join('|')})[\\]*]{0,2}:`;
export const OTHER_SIDE = new RegExp(`\\n\\s{0,20}${spelt(OTHER_SIDES)}|### ?(?:User|Human|Instruction|Input):`);
const OWN_SIDE = new RegExp(`\\n\\s{0,20}${spelt(OWN_SIDES)}`);
/** "model" is a word too: more than a model's name has to follow it. */
const ROLE = new RegExp(
  `^\\s*(?:(?:### ?)?(?:Response|Final Answer|<bot>):\\s*|(?:### ?)?${spelt(OWN_SIDES)}(?:\\*\\*)?\\s*|\\[assistant\\]:\\s*|assistant\\s*\\n|model\\s*\\n(?=\\s*\\S+\\s+\\S+\\s+\\S))`,
);

/** The role in front without its marks; and the turns behind that a model makes up, which name both sides. */
function withoutOthers(text: string): string {
  const bare = text.replace(ROLE, '');
  const user = OTHER_SIDE.exec(bare);
  if (!user || (!/###|\n\n(?:Human|HUMAN):/.test(user[0]) && !OWN_SIDE.test(bare.slice(user.index)))) return bare;
  const own = bare.slice(0, user.index).replace(/\n\s{0,9}[-*_=]{3,9}\s{0,9}$/, '');
  return own.trim() ? own : bare;
}

/** What stands before the first mark that has words before it; of marks with nothing between them, what follows the last. @param mark global */
function cutAt(text: string, mark: RegExp): string {
  let from = 0;
  for (const { 0: found, index } of text.matchAll(mark)) {
    const before = text.slice(from, index);
    if (before.replace(TURN_BEGIN, '').trim()) return before;
    from = index + found.length;
  }
  return text.slice(from);
}
