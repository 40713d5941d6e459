/**
 * The first sound of an answer: `node bench/calls.ts [calls at once] [rounds]`. Callers of the shipped flow *Voice sales* ask something by voice; the stand-in
 * hears, answers and speaks at once. One call and many take turns in each round. Told are the stages, as each line is told them, and CPU.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Line, openLine, type Started } from '../test/support/line.ts';
import { atMicrophone, silence, speakInto } from '../test/support/microphone.ts';
import { cpuOf, endAll, startHelper } from './process.ts';
import { shipped } from './subjects.ts';

const AT_ONCE = Number(process.argv[2] ?? 20);
const ROUNDS = Number(process.argv[3] ?? 5);
const TOKEN = 'bench';
const ASKED = 'is paracetamol there';
const STAGES = ['end_of_turn_ms', 'stt_ms', 'answer_ms', 'tts_ms', 'first_sound_ms'] as const;
type Figures = Record<(typeof STAGES)[number], number>;

const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-calls-'));
try {
  const platform = await startHelper('platform.ts');
  const voice = await startHelper('voice.ts');
  const speech = `http://127.0.0.1:${voice.port}/v1`;
  const { url, child } = await shipped('calls', {
    ...{ folder, platformPort: platform.port, llmPort: voice.port },
    env: {
      ...{ STT_BASE_URL: speech, STT_API_KEY: 'bench', TTS_BASE_URL: speech, TTS_API_KEY: 'bench', TTS_MODEL: 'tts-1' },
      ...{ DRAGOMAN_API_TOKEN: TOKEN, CALL_GREETING: ' ', CALL_VOICE_ACTIVITY: 'loudness' },
    },
  });
  const origin = new URL(url).origin;
  const said = await fetch(`${speech}/audio/speech`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
    body: JSON.stringify({ model: 'tts-1', voice: 'alloy', input: ASKED, response_format: 'pcm' }),
  });
  const sound = atMicrophone(new Uint8Array(await said.arrayBuffer()));

  async function call(): Promise<Figures> {
    const response = await fetch(`${origin}/calls/start`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ pharmacy_id: 1, language: 'en' }),
    });
    if (!response.ok) throw new Error(`/calls/start answered ${response.status}: ${await response.text()}`);
    const line: Line = await openLine(origin, (await response.json()) as Started);
    await line.next('session.created');
    await speakInto(line, silence(500), sound, silence(2_500));
    const told = (await line.next('dragoman.stages')) as unknown as Figures;
    line.send({ type: 'dragoman.end' });
    await line.closed;
    return told;
  }

  const rows = { one: [] as Figures[], many: [] as Figures[] };
  const cpu = { one: 0, many: 0 };
  await call();
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, count] of [
      ['one', 1],
      ['many', AT_ONCE],
    ] as const) {
      const before = cpuOf(child);
      // Callers do not begin in the same millisecond.
      rows[name].push(...(await Promise.all(Array.from({ length: count }, (_, at) => sleep(at * 37).then(call)))));
      cpu[name] += (cpuOf(child) - before) / 1_000 / count / ROUNDS;
    }
  const at = (figures: Figures[], stage: keyof Figures, share: number) =>
    figures.map((one) => one[stage]).sort((a, b) => a - b)[Math.floor((figures.length - 1) * share)]!;
  for (const name of ['one', 'many'] as const) {
    const stages = STAGES.map((stage) => `${stage} ${at(rows[name], stage, 0.5)} (${at(rows[name], stage, 0.95)})`);
    process.stdout.write(
      `${name === 'one' ? 1 : AT_ONCE} at once, median (95 %): ${stages.join(', ')}; CPU a call ${Math.round(cpu[name])} ms\n`,
    );
  }
  const ratio = at(rows.many, 'first_sound_ms', 0.5) / at(rows.one, 'first_sound_ms', 0.5);
  process.stdout.write(`first sound, ${AT_ONCE} calls ÷ one: ${ratio.toFixed(2)}\n`);
} finally {
  await endAll();
  await rm(folder, { recursive: true, force: true });
}
