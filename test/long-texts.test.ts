/**
 * Every function that takes the words of a stranger, a model or a platform takes time that grows with their length, whatever they are made of,
 * and some 50 ms of CPU at most for 64 KB: no text may hold the process. It is judged by how it grows, for machines differ. The functions are
 * found by their types, so that a new one is tried without being named here.
 */
import { expect, it } from 'vitest';
import { decode } from '../adapters/knowledge/decode.ts';
import { docxParts } from '../adapters/knowledge/docx-parts.ts';
import { openFolder } from '../adapters/knowledge/folder.ts';
import { parseDocx } from '../adapters/knowledge/parse-docx.ts';
import { parsePdf } from '../adapters/knowledge/parse-pdf.ts';
import { pageOf, pdfOf } from '../adapters/knowledge/pdf/pdf-testing.ts';
import { zipOf } from '../adapters/knowledge/zip-testing.ts';
import { loadSpeller } from '../adapters/number-words/number-words.ts';
import { hintsOf } from '../adapters/personal-data/hints.ts';
import { readJson, tooMuch } from '../app/webhook-body.ts';
import { verifyHmac, verifyMeta } from '../channels/shared/verify.ts';
import { typeOfFile } from '../core/desk/files.ts';
import { speechParts } from '../core/sound/parts.ts';
import { sayAbbreviations } from '../core/spoken/abbreviations.ts';
import { sayCalendar } from '../core/spoken/calendar.ts';
import { isUnfinished } from '../core/spoken/listening.ts';
import { numbersIn } from '../core/spoken/numbers-in.ts';
import { createSentences } from '../core/spoken/sentences.ts';
import { toSpoken } from '../core/spoken/to-spoken.ts';
import { voiceOf } from '../core/spoken/voice.ts';
import { foldPlaces } from '../core/text/places.ts';
import { edgeRoutes } from '../node-red/host/edge-routes.ts';
import { textField } from '../node-red/server/respond.ts';
import { heardIn } from '../providers/openai/heard-sound.ts';
import { type Feeds, textFunctions } from './support/text-functions.ts';
import { SHAPES } from './support/text-shapes.ts';

/**
 * Where they are looked for. Not in `nodes`, `cli`, the rest of `app` and of `node-red`, which hand what they are given to these, nor in
 * `stores/sqlite`, which binds it to statements: what they export takes a database, a request or Node-RED itself, and is tried whole by the
 * tests of the runtime. `web` shows, in the reader's own browser, and `simulator` takes what a platform took or would take: 4,096 letters.
 */
const ROOMS = new RegExp(
  `^(${[
    'core/(?!folders)',
    'adapters/(personal-data|phones|language|tools|knowledge|net)/',
    'app/(webhook-body|refusals|masking|media|turn-log|reply|simulator/(say|item|history))\\.ts',
    'channels/',
    'providers/',
    'node-red/(host/edge-routes|server/respond)\\.ts',
    'stores/sqlite-knowledge/(ranking|vocabulary)\\.ts',
  ].join('|')})(?!.*(testing|plugin|\\.editor)\\.ts)`,
);

const ROUTES = edgeRoutes({ settings: { httpNodeRoot: '/', httpAdminRoot: '/editor' } } as never);

/** A Word file of such words, or of such marks. */
const docx = (document: string, styles = '') => zipOf({ 'word/document.xml': document, 'word/styles.xml': styles });
const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
/** Each reads by tables of its own. */
const SPOKEN = ['ar', 'en', 'es', 'fa', 'it', 'ru'];
const SPELLERS = await Promise.all(SPOKEN.map(loadSpeller));
const VOICES = SPOKEN.map((language, at) => voiceOf(language, SPELLERS[at])!);

/** Where a value of the type alone says nothing. */
const FEEDS: Feeds = {
  'adapters/knowledge/folder.ts openFolder': [
    (text) => openFolder('/nowhere').files(text),
    (text) => openFolder('/nowhere').remove('base', text),
    (text) => openFolder('/nowhere').remove(text, 'a.md'),
  ],
  'adapters/knowledge/decode.ts decode': [(text) => decode(Buffer.from(text), undefined, () => {})],
  'adapters/knowledge/docx-parts.ts docxParts': [
    (text) => docxParts(docx(text, text)),
    (text) => docxParts(docx(`<w:tbl><w:tblPr>${text}`, `<w:style w:type="firstRow" w:styleId="${text}`)),
  ],
  'adapters/knowledge/parse-docx.ts parseDocx': [
    (text) => parseDocx(docx(`<w:document ${W}><w:body><w:p><w:r><w:t>${text}`), () => {}),
  ],
  'adapters/knowledge/parse-pdf.ts parsePdf': [(text) => parsePdf(pdfOf([pageOf({ x: 70, y: 700, text })]), () => {})],
  'core/desk/files.ts typeOfFile': [(text) => typeOfFile(Buffer.from(text), text)],
  'core/text/places.ts foldPlaces': [(text) => foldPlaces(text, /\W/gu, () => '-').source(0, text.length)],
  // Nothing is done before somebody asks for the first part.
  'core/sound/parts.ts speechParts': [(text) => [...speechParts(text, 4096)]],
  'core/spoken/to-spoken.ts toSpoken': SPOKEN.map((language, at) => (text) => toSpoken(text, language, SPELLERS[at])),
  'core/spoken/abbreviations.ts sayAbbreviations': VOICES.map((voice) => (text) => sayAbbreviations(text, voice)),
  'core/spoken/calendar.ts sayCalendar': VOICES.map((voice) => (text) => sayCalendar(text, voice)),
  'core/spoken/numbers-in.ts numbersIn': SPOKEN.map((language) => (text) => numbersIn(text, language)),
  'core/spoken/listening.ts isUnfinished': SPOKEN.map((language) => (text) => isUnfinished(text, language)),
  'core/spoken/sentences.ts createSentences().push': [
    (text) => createSentences().push(text),
    (text) => {
      const sentences = createSentences();
      for (let at = 0; at < text.length; at += 64) sentences.push(text.slice(at, at + 64));
    },
  ],
  'channels/shared/verify.ts verifyMeta': [(text) => verifyMeta(Buffer.from(text), text, 'secret')],
  'channels/shared/verify.ts verifyHmac': [(text) => verifyHmac(Buffer.from(text), text, 'secret', 'x-hmac')],
  'app/webhook-body.ts tooMuch': [
    (text) => tooMuch(Buffer.from(text)),
    (text) => tooMuch(Buffer.from(JSON.stringify({ text }))),
  ],
  'app/webhook-body.ts readJson': [(text) => readJson(Buffer.from(text))],
  'node-red/host/edge-routes.ts edgeRoutes': [
    (text) => ROUTES.nodePath(text),
    (text) => ROUTES.nodePath(`/${text}/`),
    (text) => ROUTES.isAdmin(`/${text}`),
    (text) => ROUTES.has('GET', text),
  ],
  'node-red/server/respond.ts textField': [(text) => textField({ [text]: text }, text)],
  'providers/openai/heard-sound.ts heardIn': [
    (text) => heardIn(new Response(JSON.stringify({ text, language: text }))),
    (text) => heardIn(new Response(`data: ${text}`)),
  ],
  // Time zones are the integrator's, and each new one is looked for in all countries.
  'adapters/personal-data/hints.ts hintsOf': [
    (text) =>
      hintsOf(
        { id: '1', createdAt: 0, name: text, identities: [{ kind: 'phone', value: text, accountId: '1' }] },
        { timezone: 'Europe/Madrid', language: 'es' },
        () => undefined,
      ),
  ],
};

const ANSWERS = 'writes JSON to a request or reads it, at a length';

const CONNECTS = "asks the integrator's own server or program; what it says is tried in `mcp-definition.ts`";

/** Not a stranger's words. */
const APART = {
  'adapters/knowledge/parse-file.ts parseFile': 'hands what it decoded to the parsers, which are tried themselves',
  'adapters/knowledge/pdf/page.ts readPage':
    'is given a page by a library of others; what it finds is tried by the next ones',
  'adapters/knowledge/ingest.ts syncKnowledge': 'reads the folder of the knowledge',
  'adapters/knowledge/thread.ts startKnowledge': 'starts the thread of the knowledge',
  'adapters/knowledge/watch.ts watchKnowledge': 'watches the folder of the knowledge',
  'adapters/tools/folder.ts toolsIn': 'reads the folder of the tools',
  'adapters/tools/mcp.ts mcpTools': CONNECTS,
  'adapters/tools/mcp.ts readMcpTools': CONNECTS,
  'adapters/tools/mcp-connection.ts keepConnected': CONNECTS,
  'adapters/tools/mcp-session.ts openSession': CONNECTS,
  'core/spoken/figures.ts sayFigures': 'given what toSpoken cut, with a table of ours, and tried with it',
  'node-red/server/respond.ts sendError': ANSWERS,
  'node-red/server/respond.ts answerJson': ANSWERS,
  'node-red/server/respond.ts readBody': ANSWERS,
  'node-red/server/respond.ts readBytes': ANSWERS,
  'core/sound/patience.ts awaited': 'hands on what comes as it comes',
  'adapters/tools/openapi.ts readDocument': "the integrator's own document, in the editor",
};

const LENGTH = 64 * 1024;
const TEXTS = Object.entries(SHAPES).map(
  ([shape, make]) => [shape, { short: make(LENGTH / 4), long: make(LENGTH) }] as const,
);
/** Milliseconds of CPU. What takes no more is judged no further: whatever takes the square of such a length takes more. */
const LIMIT = 50;
/** How many times its limit a function may take, on a machine that is slow or that others work on. */
const SLACK = 5;
/** Tries of which the best one counts: the first ones run code that is not compiled yet. */
const TRIES = 6;
/** Of the shorter text, where the code is compiled. */
const SHORT_TRIES = 3;
/** How often what seems to grow too fast is judged again. */
const AGAIN = 3;

const REPLY = 'said once a turn; two such texts, read by a parser of others, and cut at `LONGEST_ANSWER`';
const FILE =
  "reads the integrator's own files in the knowledge's own thread, with parsers of others; no webhook waits for it";

/** What may take longer, in ms, and why. */
const LONGER: Record<string, readonly [limit: number, why: string]> = {
  'channels/shared/whatsapp-markup.ts markup': [100, 'is given what one message takes, 4,096 letters'],
  'channels/call/render.ts render': [250, REPLY],
  'channels/call/call.ts createCallChannel().render': [250, REPLY],
  'channels/whatsapp/render.ts render': [250, REPLY],
  'channels/waha/render.ts render': [250, REPLY],
  'channels/telegram/render.ts render': [250, REPLY],
  'channels/instagram/render.ts render': [250, REPLY],
  'channels/web/render.ts render': [250, REPLY],
  'channels/web/web.ts createWebChannel().render': [250, REPLY],
  'adapters/knowledge/parse-html.ts parseHtml': [2_000, FILE],
  'adapters/knowledge/parse-markdown.ts parseMarkdown': [2_000, FILE],
  'adapters/knowledge/parse-csv.ts parseCsv': [2_000, FILE],
  'adapters/knowledge/parse-tree.ts parseTree': [2_000, FILE],
};
/** A text four times as long takes four times as long; sixteen times is the square. */
const MOST_GROWTH = 10;
/** The clock of CPU goes in steps: what is shorter is not told apart. */
const TICK = 5;

const { functions, unfed } = await textFunctions(ROOMS, FEEDS, APART);

it('finds the functions and can call each of them', () => {
  expect(unfed).toEqual([]);
  const names = functions.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'core/inbox/bounds.ts bounded',
      'core/inbox/consent.ts consentWord',
      'core/privacy/masking.ts createMask().mask',
      'adapters/personal-data/detector.ts createDetector()',
      'adapters/personal-data/mask-log.ts maskOutput',
      'channels/telegram/render.ts render',
      'channels/whatsapp/parse.ts parse',
      'app/webhook-body.ts tooMuch',
      'core/people/leads.ts leadsCsv',
      'node-red/host/edge-routes.ts edgeRoutes',
      'stores/sqlite-knowledge/ranking.ts ask',
    ]),
  );
  expect(names.length).toBeGreaterThan(120);
});

it('names no exception that is gone', () => {
  expect(Object.keys(LONGER).filter((name) => !functions.some((one) => one.name === name))).toEqual([]);
});

it.each(functions)('$name', { timeout: 300_000 }, async ({ name, ways }) => {
  const [limit, why] = LONGER[name] ?? [LIMIT];
  const slow: string[] = [];
  deep.length = 0;
  for (const [at, way] of ways.entries())
    for (const [shape, texts] of TEXTS) {
      const first = await timeOf(way, texts.long);
      if (first <= LIMIT) continue;
      let seen = await judge(way, texts, limit, first);
      // A bad moment of the machine proves nothing; what grows too fast does so each time.
      for (let again = 0; seen.whole > seen.most && again < AGAIN; again++) seen = await judge(way, texts, limit);
      // A file of elements deeper in each other than a program can go is told as one that cannot be read.
      if (why === FILE && deep.splice(0).length > 0) continue;
      const { whole, quarter, most } = seen;
      if (whole > most)
        slow.push(`way ${at}, ${shape}: ${Math.round(whole)} ms, a quarter of the text ${Math.round(quarter)} ms`);
    }
  expect(slow).toEqual([]);
  if (why !== FILE) expect(deep).toEqual([]);
});

let calls = 0;
/** Of texts that were deeper than the stack. */
const deep: string[] = [];

function noteDeep(error: unknown): void {
  if (error instanceof RangeError && error.message.includes('call stack')) deep.push(error.stack ?? '');
}

/** CPU of the call itself, so that a busy machine counts for nothing; what it waits for is not ours. */
async function timeOf(way: (text: string) => unknown, text: string): Promise<number> {
  // No two texts are alike, or a memory of them would answer.
  const fresh = text + (calls++ % 1_000);
  const start = process.threadCpuUsage();
  try {
    // Most are stubs' values: what they refuse is refused quickly as well.
    Promise.resolve(way(fresh)).catch(noteDeep);
  } catch (error) {
    noteDeep(error);
  }
  const { user, system } = process.threadCpuUsage(start);
  await new Promise(setImmediate);
  return (user + system) / 1_000;
}

/** How long a text takes, beside a quarter of it, and how long it may. @param first what one try took */
async function judge(
  way: (text: string) => unknown,
  { short, long }: { short: string; long: string },
  limit: number,
  first = Number.POSITIVE_INFINITY,
): Promise<{ whole: number; quarter: number; most: number }> {
  const quarter = Math.max(TICK, await best(way, short, SHORT_TRIES, 0));
  const most = Math.min(SLACK * limit, MOST_GROWTH * quarter);
  return { quarter, most, whole: first <= most ? first : await best(way, long, TRIES, most) };
}

/** The least of some tries; of fewer, once it is at most what is enough. */
async function best(way: (text: string) => unknown, text: string, tries: number, enough: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < tries && least > enough; time++) least = Math.min(least, await timeOf(way, text));
  return least;
}
