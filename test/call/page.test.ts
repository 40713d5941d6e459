/**
 * The page of calls in a real Chromium: its fake microphone speaks, its sound is listened to, and at the other end of the socket stands what docs/calls.md says. The real
 * server has tests of its own.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type CallPage, serveCallPage } from '../support/call-page.ts';
import type { FakeCall } from '../support/fake-call-server.ts';
import { widthOf } from '../support/layout.ts';

const PATIENCE = { timeout: 60_000 };
const HERTZ = 1_000;

let browser: Browser;
/** It refuses microphones. */
let refusing: Browser;
let folder: string;
let server: CallPage;
/** Whatever the browser complained about. Each test must leave it empty. */
let complaints: string[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'call-'));
  const file = path.join(folder, 'tone.wav');
  await writeFile(file, tone());
  const device = ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${file}`];
  const http = '--host-resolver-rules=MAP shop.example 127.0.0.1';
  browser = await launchBrowser(...device, '--use-fake-ui-for-media-stream', http);
  refusing = await launchBrowser(...device, '--use-fake-ui-for-media-stream=deny');
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await refusing?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  server = await serveCallPage();
  complaints = [];
});
afterEach(async () => {
  for (const context of [...browser.contexts(), ...refusing.contexts()]) await context.close();
  await server.stop();
  // A handshake that was refused on purpose is one to the browser.
  expect(complaints.filter((one) => !one.includes('WebSocket connection'))).toEqual([]);
});

async function open(query = '', options: BrowserContextOptions = {}, { from = browser, url = server.url } = {}) {
  const context = await from.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
    ...options,
  });
  const page = await context.newPage();
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  // The fake voice is a tone: what browsers do against noise would take it away.
  await page.addInitScript(() => localStorage.setItem('dragoman.call.filter', 'false'));
  await page.addInitScript(listenToThePage);
  await page.goto(url + query);
  await page.locator('call-conversation dm-empty').waitFor();
  return page;
}

/** Of a machine that is busy. */
const until = <Value>(look: () => Value) => expect.poll(look, { timeout: 20_000 });

/** @returns the page in a call, and the call at the other end */
async function begin(page: Page, microphone = true): Promise<FakeCall> {
  await page.getByRole('button', { name: microphone ? 'Start the call' : 'Without a microphone' }).click();
  await says(page, microphone ? 'Listens' : 'Reads');
  return server.calls.at(-1)!;
}
const says = (page: Page, words: string) =>
  page.locator('call-conversation header dm-badge', { hasText: words }).waitFor();
const write = async (page: Page, text: string) => {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.keyboard.press('Enter');
};
const bubbles = (page: Page) => page.locator('dm-bubble');
/** Of a bubble, without its time. */
const words = (bubble: Locator) =>
  bubble.locator('.text').evaluate((text) =>
    [...text.childNodes]
      .map((node) => (node.nodeType === 3 ? node.textContent : ''))
      .join('')
      .trim(),
  );
const transcript = async (page: Page) => Promise.all((await bubbles(page).all()).map(words));
const step = (page: Page, what: string) => page.locator('call-log li', { hasText: what });
const played = (call: FakeCall, item: string) =>
  call
    .of('dragoman.played')
    .filter(({ item_id }) => item_id === item)
    .map(({ audio_end_ms }) => Number(audio_end_ms));

/** What `listenToThePage` keeps in it. */
interface Ears {
  /** Times at which sound began or ended, by the page's clock. */
  changes: { loud: boolean; at: number }[];
  /** When each frame of the socket came. */
  frames: { type: string; at: number }[];
}
const ears = (page: Page) => page.evaluate(() => (window as unknown as { ears: Ears }).ears);
const isLoud = async (page: Page) => (await ears(page)).changes.at(-1)?.loud ?? false;

/** Runs in the page before its scripts: all that sounds goes through an ear, and the frames of the socket are noted. */
function listenToThePage(): void {
  const kept: Ears = { changes: [], frames: [] };
  Object.assign(window, { ears: kept });
  const connect = AudioNode.prototype.connect as (this: AudioNode, to: AudioNode) => AudioNode;
  const ear = new Map<BaseAudioContext, AnalyserNode>();
  const samples = new Float32Array(128);
  Object.assign(AudioNode.prototype, {
    connect(this: AudioNode, to: AudioNode) {
      if (!(this instanceof AudioBufferSourceNode)) return connect.call(this, to);
      let analyser = ear.get(this.context);
      if (!analyser) {
        analyser = this.context.createAnalyser();
        analyser.fftSize = samples.length;
        ear.set(this.context, analyser);
        connect.call(analyser, to);
      }
      return connect.call(this, analyser);
    },
  });
  setInterval(() => {
    for (const analyser of ear.values()) {
      analyser.getFloatTimeDomainData(samples);
      const loud = samples.some((sample) => Math.abs(sample) > 0.01);
      if (loud !== (kept.changes.at(-1)?.loud ?? false)) kept.changes.push({ loud, at: performance.now() });
    }
  }, 1);
  const Line = WebSocket;
  Object.assign(window, {
    WebSocket: class extends Line {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        this.addEventListener('message', ({ data }) => {
          kept.frames.push({ type: (JSON.parse(data) as { type: string }).type, at: performance.now() });
        });
      }
    },
  });
}

/** Ten seconds of a tone, as a file that Chromium's microphone plays again and again. */
function tone(): Buffer {
  const rate = 48_000;
  const sound = Buffer.alloc(44 + rate * 2 * 10);
  sound.write('RIFF', 0);
  sound.writeUInt32LE(sound.length - 8, 4);
  sound.write('WAVEfmt ', 8);
  sound.writeUInt32LE(16, 16);
  sound.writeUInt16LE(1, 20);
  sound.writeUInt16LE(1, 22);
  sound.writeUInt32LE(rate, 24);
  sound.writeUInt32LE(rate * 2, 28);
  sound.writeUInt16LE(2, 32);
  sound.writeUInt16LE(16, 34);
  sound.write('data', 36);
  sound.writeUInt32LE(sound.length - 44, 40);
  for (let at = 0; at < rate * 10; at++)
    sound.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * HERTZ * at) / rate)), 44 + 2 * at);
  return sound;
}

/** How often a second of sound goes through nought from below; 16 kHz. */
function hertzOf(sound: Buffer): number {
  let count = 0;
  for (let at = 2; at < sound.length; at += 2) if (sound.readInt16LE(at - 2) < 0 && sound.readInt16LE(at) >= 0) count++;
  return (count * 32_000) / sound.length;
}

describe('what is said', () => {
  it('typed words go out and the answer comes, without a microphone', PATIENCE, async () => {
    server.options.typed = (call, text) => call.answer('b', `You said: ${text}`, 200);
    const page = await open();
    const call = await begin(page, false);
    await write(page, 'Five boxes, please');
    await until(() => transcript(page)).toEqual(['Five boxes, please', 'You said: Five boxes, please']);
    expect(call.items[0]).toMatchObject({ text: 'Five boxes, please', author: 'customer' });
    expect(call.sounds.length).toBe(0);
    expect(await bubbles(page).first().locator('.row.sending').count()).toBe(0);
    // It is not too late to speak.
    await page.getByRole('button', { name: 'Use the microphone' }).click();
    await until(() => call.sounds.length).toBeGreaterThan(20);
    expect(call.of('dragoman.mute')).toEqual([]);
  });

  it('a suggestion is a way to begin, the account and the language are the caller’s', PATIENCE, async () => {
    const page = await open();
    await page.getByRole('radio', { name: 'صيدلية النور' }).check({ force: true });
    await page.getByRole('combobox', { name: 'Language of the call' }).selectOption('ar');
    const call = await begin(page, false);
    expect(server.started).toEqual([{ account: 'arabic', language: 'ar' }]);
    await page.getByRole('button', { name: 'أين أنتم؟' }).click();
    await until(() => call.items.map(({ text }) => text)).toEqual(['أين أنتم؟']);
    expect(await page.getByRole('radio', { name: 'Aurora' }).isDisabled()).toBe(true);
    // Remembered for the next time.
    await page.reload();
    await page.getByRole('heading', { name: /^Call .*صيدلية النور/ }).waitFor();
    await begin(page, false);
    expect(server.started.at(-1)).toEqual({ account: 'arabic', language: 'ar' });
  });

  it('a guess is grey, and gives way to the words that were understood', PATIENCE, async () => {
    const page = await open();
    const call = await begin(page);
    call.send('input_audio_buffer.speech_started', { item_id: 'u', audio_start_ms: 200 });
    await says(page, 'Hears you');
    call.guess('u', 'I want five');
    await bubbles(page).locator('.row.draft').waitFor();
    call.guess('u', 'I want five blocks');
    await until(() => transcript(page)).toEqual(['I want five blocks']);
    call.commit('u', 'I want five boxes.');
    await until(() => transcript(page)).toEqual(['I want five boxes.']);
    expect(await bubbles(page).locator('.row.draft').count()).toBe(0);
    // Read out once, when it is sure.
    const aloud = page.getByRole('log').filter({ hasText: 'You:' });
    expect((await aloud.textContent())!.trim()).toBe('You: I want five boxes.');
    expect(await aloud.getAttribute('aria-live')).toBe('polite');
  });

  it('a colleague is named, and who has the call', PATIENCE, async () => {
    const page = await open();
    const call = await begin(page);
    call.send('dragoman.state', { mode: 'human' });
    call.store({ id: 'h', text: 'This is Layla.', author: 'human' });
    await says(page, 'A colleague answers');
    await bubbles(page).locator('.who', { hasText: 'Colleague' }).waitFor();
    await step(page, 'A colleague took the call over').waitFor();
  });

  it('what is missing and what to do is said in the reader’s language', PATIENCE, async () => {
    server.options.missing = { stt: 'Nothing is set up that hears.', tts: 'No model is set. Name one in TTS_MODEL.' };
    server.options.missingCodes = { stt: 'SPEECH_MISSING', tts: 'SETTING_INVALID' };
    const page = await open('?lang=ar', { locale: 'ar' });
    await page.getByRole('button', { name: 'بلا ميكروفون' }).click();
    const [stt, tts] = [page.locator('dm-banner').nth(0), page.locator('dm-banner').nth(1)];
    await tts.waitFor();
    expect(await stt.textContent()).toContain('ليُسمَع الكلام، اضبط STT_BASE_URL');
    expect(await stt.textContent()).not.toContain('Nothing is set up');
    expect(await tts.textContent()).toContain('إعداد لا يصلح');
    // Which setting it is, no code tells.
    expect(await tts.locator('bdi').nth(1).textContent()).toBe('No model is set. Name one in TTS_MODEL.');
  });

  it('each in its own direction, the page in its reader’s', PATIENCE, async () => {
    const page = await open('?lang=ar', { locale: 'ar' });
    await page.getByRole('button', { name: 'بلا ميكروفون' }).click();
    await until(() => server.calls[0]?.lines).toBe(1);
    await page.locator('call-bar').waitFor();
    server.calls[0]!.store({ id: 'a', text: 'خمس علب من Panadol', author: 'customer' });
    server.calls[0]!.store({ id: 'b', text: 'Five boxes', author: 'bot' });
    await until(() => bubbles(page).count()).toBe(2);
    expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual([
      'ar',
      'rtl',
    ]);
    const directions = await bubbles(page)
      .locator('.text')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).direction));
    expect(directions).toEqual(['rtl', 'ltr']);
    const [mine, theirs] = [
      await bubbles(page).nth(0).locator('.bubble').boundingBox(),
      await bubbles(page).nth(1).locator('.bubble').boundingBox(),
    ];
    expect(mine!.x).toBeLessThan(theirs!.x);
    expect(await page.title()).toBe('مكالمة · Dragoman');
  });
});

describe('the microphone', () => {
  it('is sent as frames of 640 bytes, some 50 a second, at the right pitch', PATIENCE, async () => {
    const page = await open();
    const call = await begin(page);
    await until(() => call.sounds.length).toBeGreaterThan(150);
    const sounds = call.sounds.slice(50, 150);
    expect(new Set(sounds.map(({ bytes }) => bytes))).toEqual(new Set([640]));
    const seconds = (sounds.at(-1)!.at - sounds[0]!.at) / 1_000;
    // Of a machine that is busy, generously.
    expect(99 / seconds).toBeGreaterThan(35);
    expect(99 / seconds).toBeLessThan(65);
    const middle = call.heard.subarray(50 * 640, 150 * 640);
    expect(Math.abs(hertzOf(middle) - HERTZ)).toBeLessThan(20);
    await until(() => page.getByRole('meter').getAttribute('aria-valuenow').then(Number)).toBeGreaterThan(50);
    await step(page, 'Microphone on').waitFor();
  });

  it('muted, it sends nothing, and the server knows', PATIENCE, async () => {
    const page = await open();
    const call = await begin(page);
    await until(() => call.sounds.length).toBeGreaterThan(20);
    await page.getByRole('button', { name: 'Mute the microphone' }).click();
    await until(() => call.of('dragoman.mute')).toEqual([{ type: 'dragoman.mute', on: true }]);
    const count = call.sounds.length;
    await page.getByText('Muted', { exact: true }).waitFor();
    await write(page, 'still here');
    await until(() => call.items.length).toBe(1);
    expect(call.sounds.length).toBe(count);
    call.cut();
    // On the line that came back silence is meant, too; what was said before goes again, and no more.
    await until(() => call.of('dragoman.mute').length).toBe(2);
    await until(() => call.heard.length).toBe(count * 640);
    await write(page, 'and still');
    await until(() => call.items.length).toBe(2);
    const after = call.sounds.length;
    expect(after).toBe(2 * count);
    await page.getByRole('button', { name: 'Mute the microphone' }).click();
    await until(() => call.sounds.length).toBeGreaterThan(after + 20);
    expect(call.of('dragoman.mute').at(-1)).toEqual({ type: 'dragoman.mute', on: false });
  });

  it('refused, the call goes on in writing and says how to allow it', PATIENCE, async () => {
    const page = await open('', {}, { from: refusing });
    await page.getByRole('button', { name: 'Start the call' }).click();
    await says(page, 'Reads');
    await page.locator('dm-banner', { hasText: 'The microphone was refused' }).waitFor();
    await write(page, 'Then typed');
    await until(() => server.calls[0]!.items.length).toBe(1);
    await page.getByRole('button', { name: 'Use the microphone' }).waitFor();
  });

  it('over http there is none, and the page says why', PATIENCE, async () => {
    const page = await open('', {}, { url: server.url.replace('127.0.0.1', 'shop.example') });
    await page.locator('dm-banner', { hasText: 'opened over http' }).waitFor();
    await page.getByRole('button', { name: 'Start the call' }).click();
    await says(page, 'Reads');
    await write(page, 'Typed');
    await until(() => server.calls[0]!.items.length).toBe(1);
  });

  it('is another one when the caller chooses so', PATIENCE, async () => {
    const page = await open();
    const call = await begin(page);
    await page.getByRole('combobox', { name: 'Microphone' }).selectOption('Fake Audio Input 1');
    await until(() => step(page, 'Microphone on').count()).toBe(2);
    const before = call.sounds.length;
    await until(() => call.sounds.length).toBeGreaterThan(before + 20);
    await page.getByRole('combobox', { name: 'Loudspeaker' }).selectOption('Fake Audio Output 1');
    call.answer('b', 'Here', 300);
    await step(page, 'heard to its end').waitFor();
  });

  it('unplugged, the next one is taken, and is as quiet as the one before', PATIENCE, async () => {
    const page = await open();
    await page.evaluate(() => {
      const devices = navigator.mediaDevices;
      const ask = devices.getUserMedia.bind(devices);
      devices.getUserMedia = async (wanted) => {
        const stream = await ask(wanted);
        Object.assign(window, { unplug: () => stream.getTracks()[0]!.dispatchEvent(new Event('ended')) });
        return stream;
      };
    });
    const call = await begin(page);
    await page.getByRole('button', { name: 'Mute the microphone' }).click();
    await until(() => call.of('dragoman.mute').length).toBe(1);
    const count = call.sounds.length;
    await page.evaluate(() => (window as unknown as { unplug(): void }).unplug());
    await step(page, 'The microphone was unplugged').waitFor();
    await until(() => step(page, 'Microphone on').count()).toBe(2);
    await page.getByText('Muted', { exact: true }).waitFor();
    await write(page, 'quiet');
    await until(() => call.items.length).toBe(1);
    expect(call.sounds.length).toBe(count);
    await page.getByRole('button', { name: 'Mute the microphone' }).click();
    await until(() => call.sounds.length).toBeGreaterThan(count + 20);
    expect(call.of('dragoman.mute').map(({ on }) => on)).toEqual([true, false]);
  });

  it('is given back where nothing is heard here', PATIENCE, async () => {
    server.options.missing = { stt: 'STT_BASE_URL is not set.', tts: 'TTS_BASE_URL is not set.' };
    const page = await open();
    await page.getByRole('button', { name: 'Start the call' }).click();
    await page.locator('dm-banner', { hasText: 'type instead. STT_BASE_URL is not set.' }).waitFor();
    await page.locator('dm-banner', { hasText: 'not spoken. TTS_BASE_URL is not set.' }).waitFor();
    await step(page, 'Microphone off').waitFor();
    const call = server.calls[0]!;
    call.store({ id: 'b', text: 'Only written', author: 'bot' });
    // Who cannot see hears it from their own reader: nobody speaks it.
    await page.getByRole('log').filter({ hasText: 'Answer: Only written' }).waitFor();
    expect(call.sounds.length).toBe(0);
  });
});

describe('the sound', () => {
  it('is played, and told every half second and at the end', PATIENCE, async () => {
    const page = await open();
    const call = await begin(page, false);
    call.answer('b', 'One and a half seconds', 1_500);
    await says(page, 'Speaks');
    await until(() => isLoud(page)).toBe(true);
    await until(() => played(call, 'b').at(-1)).toBe(1_500);
    const marks = played(call, 'b');
    expect(marks.length).toBeGreaterThanOrEqual(3);
    expect(marks).toEqual([...marks].sort((one, other) => one - other));
    await says(page, 'Reads');
    await until(() => isLoud(page)).toBe(false);
    // One sound without a gap: each piece begins where the last one ended.
    expect((await ears(page)).changes.map(({ loud }) => loud)).toEqual([true, false]);
  });

  it('pauses on hold and goes on where it was', PATIENCE, async () => {
    const page = await open();
    const call = await begin(page, false);
    call.answer('b', 'Two seconds', 2_000);
    await until(() => isLoud(page)).toBe(true);
    call.send('dragoman.hold', { on: true });
    await says(page, 'Pauses for you');
    await until(() => isLoud(page)).toBe(false);
    const soFar = played(call, 'b');
    await write(page, 'nothing');
    await until(() => call.items.length).toBe(2);
    expect([await isLoud(page), played(call, 'b')]).toEqual([false, soFar]);
    call.send('dragoman.hold', { on: false });
    await until(() => played(call, 'b').at(-1)).toBe(2_000);
    expect((await ears(page)).changes.map(({ loud }) => loud)).toEqual([true, false, true, false]);
  });

  it('stops at once when the caller interrupts, and tells how far it was heard', PATIENCE, async ({ annotate }) => {
    const page = await open();
    const call = await begin(page);
    call.answer('b', 'Five boxes are twelve dollars. Shall I order them?', 5_000);
    await until(() => played(call, 'b').length).toBeGreaterThan(0);
    call.send('output_audio_buffer.cleared', { item_id: 'b' });
    // Sound that was on its way is no longer played.
    call.speak('b', 500);
    await until(() => call.of('conversation.item.truncate').length).toBe(1);
    const heard = Number(call.of('conversation.item.truncate')[0]!.audio_end_ms);
    expect(heard).toBeGreaterThanOrEqual(played(call, 'b').at(-1)!);
    expect(heard).toBeLessThan(5_000);
    call.send('conversation.item.truncated', { item_id: 'b', audio_end_ms: heard, transcript: 'Five boxes are' });
    await until(() => transcript(page)).toEqual(['Five boxes are']);
    await bubbles(page).getByText('Interrupted here').waitFor();
    await until(() => isLoud(page)).toBe(false);
    const { changes, frames } = await ears(page);
    expect(changes.map(({ loud }) => loud)).toEqual([true, false]);
    const late = changes[1]!.at - frames.find(({ type }) => type === 'output_audio_buffer.cleared')!.at;
    await annotate(`silent ${late.toFixed(1)} ms after the frame`);
    expect(late).toBeLessThan(1_000);
    expect(played(call, 'b').at(-1)).toBeLessThanOrEqual(heard);
    // What is answered next is played.
    call.answer('c', 'Yes?', 300);
    await until(() => played(call, 'c').at(-1)).toBe(300);
  });

  it('what must be heard is said again after an interruption, under its old name', PATIENCE, async () => {
    const page = await open();
    const call = await begin(page);
    call.answer('b', 'Your order is 4712.', 5_000);
    await until(() => played(call, 'b').length).toBeGreaterThan(0);
    call.send('output_audio_buffer.cleared', { item_id: 'b' });
    await until(() => call.of('conversation.item.truncate').length).toBe(1);
    await until(() => isLoud(page)).toBe(false);
    call.voice('b', 'Your order is 4712.', 600);
    await until(() => played(call, 'b').at(-1)).toBe(600);
    expect(await transcript(page)).toEqual(['Your order is 4712.']);
  });

  it('the caller can stop it by hand', PATIENCE, async () => {
    const page = await open();
    const call = await begin(page, false);
    expect(await page.getByRole('button', { name: 'Stop the answer' }).isDisabled()).toBe(true);
    call.answer('b', 'Long', 5_000);
    await page.getByRole('button', { name: 'Stop the answer' }).click();
    await until(() => call.of('response.cancel').length).toBe(1);
  });
});

describe('the line', () => {
  it('breaks and comes back to the same call, with all that was said and typed, once', PATIENCE, async () => {
    const page = await open();
    const call = await begin(page);
    await write(page, 'before');
    await until(() => call.sounds.length).toBeGreaterThan(50);
    call.store({ id: 'b', text: 'answer', author: 'bot' });
    await until(() => transcript(page)).toEqual(['before', 'answer']);
    const before = call.heard.length;
    server.refuse = 401;
    call.cut();
    await says(page, 'The line broke');
    await write(page, 'in between');
    // Stored while nobody was there to hear of it.
    call.store({ id: 'c', text: 'meanwhile', author: 'bot' });
    await bubbles(page).locator('.row.sending').waitFor();
    server.refuse = undefined;
    await says(page, 'Listens');
    await until(() => call.items.map(({ text }) => text)).toEqual(['before', 'answer', 'meanwhile', 'in between']);
    await until(() => transcript(page)).toEqual(['before', 'answer', 'in between', 'meanwhile']);
    expect(call.lines).toBe(2);
    // Nothing was committed, so all of it is sent again, and more.
    await until(() => call.heard.length).toBeGreaterThan(before);
    expect(Math.abs(hertzOf(call.heard.subarray(0, before)) - HERTZ)).toBeLessThan(30);
    await step(page, 'The line is back').waitFor();
  });

  it('an answer that it broke in stops with it, and is heard when it begins again', PATIENCE, async () => {
    const page = await open();
    const call = await begin(page, false);
    call.answer('b', 'One. Two.', 5_000);
    await until(() => played(call, 'b').length).toBeGreaterThan(0);
    call.cut();
    await until(() => isLoud(page)).toBe(false);
    await until(() => call.lines).toBe(2);
    // Its second sentence, counted from there.
    const before = played(call, 'b').length;
    call.voice('b', 'Two.', 700);
    await until(() => played(call, 'b').at(-1)).toBe(700);
    expect(Math.max(...played(call, 'b').slice(before))).toBe(700);
    expect(await transcript(page)).toEqual(['One. Two.']);
  });

  it('that another window has taken is left, in words', PATIENCE, async () => {
    const page = await open();
    const call = await begin(page);
    call.close(4409);
    await page.locator('dm-banner', { hasText: 'This call goes on in another window.' }).waitFor();
    await page.getByRole('button', { name: 'Call again' }).waitFor();
    const count = call.sounds.length;
    await page.getByRole('button', { name: 'Call again' }).click();
    await until(() => server.calls.length).toBe(2);
    expect([call.lines, call.sounds.length]).toEqual([1, count]);
  });

  it.each([
    [1013, 'As many calls as may be are going on'],
    [1008, 'did not understand this page'],
    [4401, 'no longer takes this call'],
  ])('closed with %d the page says what to do', PATIENCE, async (code, text) => {
    const page = await open();
    server.refuse = code;
    await page.getByRole('button', { name: 'Without a microphone' }).click();
    await page.locator('dm-banner', { hasText: text }).waitFor();
  });

  it('ends when either side hangs up, and says so', PATIENCE, async () => {
    const page = await open();
    const call = await begin(page);
    await page.getByRole('button', { name: 'Hang up' }).click();
    await page.getByText('You hung up.').first().waitFor();
    await page.getByText('It lasted 1:05.').waitFor();
    expect(call.of('dragoman.end').length).toBe(1);
    await page.getByRole('button', { name: 'Without a microphone' }).click();
    await says(page, 'Reads');
    const next = server.calls.at(-1)!;
    next.answer('g', 'Goodbye', 600);
    next.end('silence');
    await page.getByText('nothing was said any more').first().waitFor();
    // The goodbye is heard to its end.
    await until(async () => (await ears(page)).changes.map(({ loud }) => loud)).toEqual([true, false]);
    const { changes } = await ears(page);
    expect(changes[1]!.at - changes[0]!.at).toBeGreaterThan(300);
    expect(await bubbles(page).count()).toBe(1);
  });

  it('that was refused leaves the page as it was', PATIENCE, async () => {
    const page = await open();
    server.refuseStart(409, { code: 'X', message: 'The account is off.', action: 'Switch it on.' });
    await page.getByRole('button', { name: 'Start the call' }).click();
    await page.getByRole('alert').filter({ hasText: 'The account is off. Switch it on.' }).waitFor();
    complaints = complaints.filter((one) => !one.includes('409'));
    await begin(page);
  });
});

describe('for everybody', () => {
  it('the log tells each step and how long the stages took, and is put away', PATIENCE, async () => {
    const page = await open();
    const call = await begin(page);
    const stages = { end_of_turn_ms: 420, stt_ms: 380, answer_ms: 210, first_sound_ms: 1_130 };
    call.send('dragoman.stages', { item_id: 'b', ...stages });
    await until(() => page.locator('call-log .top').textContent()).toMatch(
      /End of turn\s+420 ms\s*Speech to text\s+380 ms\s*Answer\s+210 ms\s*First sound\s+1,130 ms/,
    );
    call.send('error', { error: { code: 'STT_FAILED', message: 'The endpoint is away.' } });
    await step(page, 'Failed: The endpoint is away.').waitFor();
    await page.getByRole('alert').filter({ hasText: 'The endpoint is away.' }).waitFor();
    await page.getByRole('button', { name: 'Log of the call' }).click();
    await until(() => page.locator('call-log').isVisible()).toBe(false);
  });

  it('says that it is recorded, before and while it is', PATIENCE, async () => {
    server.options.recording = true;
    server.state.accounts = server.state.accounts.slice(0, 1).map((account) => ({ ...account, recording: true }));
    const page = await open();
    await page.getByText('Calls to this account are recorded').waitFor();
    await begin(page, false);
    await page.getByText('This call is recorded').waitFor();
    // Of one account there is nothing to choose.
    expect(await page.getByRole('radio', { name: 'Aurora' }).count()).toBe(0);
  });

  it('works with keys alone, and never loses their place', PATIENCE, async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Start the call' }).focus();
    await page.keyboard.press('Enter');
    await says(page, 'Listens');
    const focused = () =>
      page.evaluate(() => {
        let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at?.getAttribute('aria-label') ?? at?.textContent?.trim();
      });
    await until(focused).toBe('The call');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Mute the microphone');
    await page.keyboard.press('Space');
    expect(await page.getByRole('button', { name: 'Mute the microphone' }).getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('You hung up.').first().waitFor();
    await page.keyboard.press('Tab');
    expect(await page.getByRole('button', { name: 'Call again' }).evaluate((one) => one.matches(':focus'))).toBe(true);
  });

  it('leads to the other pages, and says whose test it is', PATIENCE, async () => {
    server.state.testing = ['Aurora'];
    const page = await open();
    const links = await page
      .getByRole('navigation')
      .getByRole('link')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(links).toEqual(['simulator', 'orders', 'call', 'calls', '/editor/']);
    await page.locator('dm-banner', { hasText: 'Test mode: Aurora.' }).waitFor();
  });

  it('without an account says what to do', PATIENCE, async () => {
    server.state.accounts = [];
    const page = await open();
    await page.getByRole('heading', { name: 'No account takes calls' }).waitFor();
  });

  it('dark as the system is', PATIENCE, async () => {
    const page = await open('', { colorScheme: 'dark' });
    const header = page.locator('call-conversation header');
    expect(await header.evaluate((one) => getComputedStyle(one).backgroundColor)).toBe('rgb(23, 28, 27)');
  });

  it.each(['ru', 'fa', 'it'])('at 390 pixels nothing scrolls sideways: %s', PATIENCE, async (language) => {
    const long = 'Donaudampfschifffahrt'.repeat(12);
    server.options.recording = true;
    server.options.missing = { tts: long };
    server.state.accounts = [{ id: 'long', name: long, language: 'de', suggestions: [long] }];
    const page = await open(`?lang=${language}`, { viewport: { width: 390, height: 844 } });
    expect(await widthOf(page)).toEqual([390]);
    await page.locator('call-conversation dm-empty dm-button').first().click();
    await page.locator('call-notices dm-banner').waitFor();
    expect(await widthOf(page)).toEqual([390]);
    const call = server.calls[0]!;
    call.store({ id: 'a', text: long, author: 'customer' });
    call.send('conversation.item.truncated', { item_id: 'b', audio_end_ms: 1, transcript: long });
    await until(() => bubbles(page).count()).toBe(2);
    expect(await widthOf(page)).toEqual([390]);
    call.end('silence');
    await page.locator('call-bar .ended').waitFor();
    expect(await widthOf(page)).toEqual([390]);
  });
});
