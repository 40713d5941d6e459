/** The page of calls, the real server and a real browser: what is spoken into the microphone comes back as words and as sound, typed and cut in two lines as well. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createResampler } from '../../core/sound/resample.ts';
import { bytesOf, samplesIn } from '../../core/sound/samples.ts';
import { startLlm } from '../../simulator/llm.ts';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';

const PATIENCE = { timeout: 60_000 };
const provider = { id: 'llms', type: 'dragoman-provider', config: true, provider: 'openai', model: 'test-model' };
const ANSWER = 'Two boxes are left. They are four dollars each. Shall I put them aside for you, until this evening?';

let llm: Awaited<ReturnType<typeof startLlm>>;
let bot: Dragoman;
let browser: Browser;
let folder: string;
let complaints: string[];
beforeAll(async () => {
  llm = await startLlm();
  folder = await mkdtemp(path.join(tmpdir(), 'call-'));
  const file = path.join(folder, 'voice.wav');
  await writeFile(file, recording(llm.say('is paracetamol there'), llm.say('wait, of which strength')));
  const device = ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${file}%noloop`];
  [bot, browser] = await Promise.all([
    startDragoman({
      flows: [
        { ...provider, baseUrl: llm.url, fallbackModel: '', version: 1 },
        accountConfig('calls', { channel: 'call', settings: { recording: 'on' } }),
        { id: 'in', type: 'dragoman-channel-in', account: 'calls', version: 1, wires: [['llm']] },
        { id: 'llm', type: 'dragoman-llm', provider: 'llms', history: 10, tools: [], version: 2, wires: [['out']] },
        { id: 'out', type: 'dragoman-channel-out', version: 1 },
      ],
      credentials: { llms: { apiKey: 'sk-test' } },
      env: {
        STT_BASE_URL: llm.url,
        STT_MODEL: 'whisper-1',
        TTS_BASE_URL: llm.url,
        TTS_MODEL: 'tts-1',
        TTS_API_KEY: 'sk-test',
        DRAGOMAN_SIMULATOR: 'open',
      },
    }),
    launchBrowser(...device, '--use-fake-ui-for-media-stream'),
  ]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
  await llm?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  llm.brain = () => ANSWER;
  complaints = [];
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  expect(complaints).toEqual([]);
});

/** As Chromium's microphone plays it: 48 kHz, with silence around it, so that the second speaks into the answer to the first. @param voices PCM, 24 kHz */
function recording(...voices: Uint8Array[]): Buffer {
  const rate = 48_000;
  const sounds = voices.map((pcm) => {
    const resampler = createResampler(24_000, rate);
    return Buffer.concat([bytesOf(resampler.push(samplesIn(pcm))), bytesOf(resampler.end()), Buffer.alloc(rate * 6)]);
  });
  const sound = Buffer.concat([Buffer.alloc(rate), ...sounds]);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + sound.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(sound.length, 40);
  return Buffer.concat([head, sound]);
}

async function open(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  const page = await context.newPage();
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  // What browsers do against noise takes the words from a voice that is made of tones.
  await page.addInitScript(() => localStorage.setItem('dragoman.call.filter', 'false'));
  await page.goto(`${bot.runtime.url}/call`);
  return page;
}
const until = <Value>(look: () => Value) => expect.poll(look, { timeout: 30_000 });
const bubbles = (page: Page) => page.locator('dm-bubble .text').allTextContents();
const write = async (page: Page, text: string) => {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.keyboard.press('Enter');
};
const step = (page: Page, what: string) => page.locator('call-log li', { hasText: what });

it('D1 hears what is said into the microphone, answers aloud, and is interrupted by voice', PATIENCE, async () => {
  llm.brain = ({ messages }) => (JSON.stringify(messages).includes('strength') ? 'Five hundred milligrams.' : ANSWER);
  const page = await open();
  await page.getByRole('button', { name: 'Start the call' }).click();
  await page.getByText('This call is recorded').waitFor();
  await until(() => bubbles(page)).toEqual([
    expect.stringContaining('is paracetamol there'),
    expect.stringContaining('Two boxes'),
    expect.stringContaining('wait, of which strength'),
    expect.stringContaining('Five hundred milligrams.'),
  ]);
  await page.locator('dm-bubble').getByText('Interrupted here').waitFor();
  expect((await bubbles(page))[1]).not.toContain('this evening');
  await step(page, 'heard to its end').waitFor();
  await until(() => page.locator('call-log .top').textContent()).toMatch(/First sound\s+[\d,]+ ms/);
  await page.getByRole('button', { name: 'Hang up' }).click();
  await page.getByText('You hung up.').first().waitFor();
  const [call] = await bot.engine.store.calls({ limit: 1 });
  expect(call).toMatchObject({ state: 'completed', end: 'caller' });
  // The history has what was heard, as the page has it.
  const { messages } = await bot.engine.calls.read(call!.id);
  expect((await bubbles(page))[1]).toContain(messages[1]!.text.trim());
});

it('D1 typed, without a microphone; an interruption leaves what was heard', PATIENCE, async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Without a microphone' }).click();
  await write(page, 'is ibuprofen there?');
  await page.getByRole('button', { name: 'Stop the answer' }).click();
  await step(page, 'Interrupted: the sound stopped').waitFor();
  await page
    .locator('dm-bubble')
    .getByText(/^Interrupted/)
    .waitFor();
  expect((await bubbles(page))[1]).not.toContain('this evening');
});

it('D1 a line that breaks comes back to the same call', PATIENCE, async () => {
  const page = await open();
  const lines: { close(): Promise<void> }[] = [];
  await page.routeWebSocket(/\/calls\//, (socket) => {
    socket.connectToServer();
    lines.push({ close: () => socket.close({ code: 3000 }) });
  });
  await page.getByRole('button', { name: 'Without a microphone' }).click();
  await write(page, 'is ibuprofen there?');
  await until(() => bubbles(page).then((all) => all.length)).toBe(2);
  await lines[0]!.close();
  await step(page, 'The line broke').waitFor();
  await write(page, 'and aspirin?');
  await step(page, 'The line is back').waitFor();
  await until(() => bubbles(page).then((all) => all.length)).toBe(4);
  const [call] = await bot.engine.store.calls({ limit: 1 });
  const { messages } = await bot.engine.calls.read(call!.id);
  expect(messages.filter(({ author }) => author === 'customer').map(({ text }) => text)).toEqual([
    'is ibuprofen there?',
    'and aspirin?',
  ]);
});
