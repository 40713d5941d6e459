/** A call with real parts: flite speaks into Chromium's microphone, the page sends it, Whisper hears it, the flow orders, espeak-ng answers, and Whisper hears that. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createResampler } from '../../core/sound/resample.ts';
import { bytesOf, samplesIn } from '../../core/sound/samples.ts';
import { SPEECH_RATE, wavOf } from '../../core/sound/wav.ts';
import { createOpenAiTranscriber } from '../../providers/openai/transcriptions.ts';
import { startLlm } from '../../simulator/llm.ts';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import { flite, peersMissing, silence, startWhisper, type Whisper } from '../support/whisper.ts';

const missing = peersMissing();
/** Chromium's fake microphone takes 48 kHz. */
const MICROPHONE = 48_000;
/** Until the question has been heard and read back. */
const READING_S = 26;
const provider = { id: 'llms', type: 'dragoman-provider', config: true, provider: 'openai', model: 'test-model' };

describe.skipIf(missing !== undefined)(`A call with real parts${missing ? `: ${missing}` : ''}`, () => {
  const orders: { product: string; quantity: number }[] = [];
  let whisper: Whisper;
  let llm: Awaited<ReturnType<typeof startLlm>>;
  let backend: Server;
  let bot: Dragoman;
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    whisper = await startWhisper();
    llm = await startLlm();
    llm.brain = ({ text, results, tools }) => {
      const last = results.at(-1)?.output;
      if (last?.includes('order_id')) return `Thank you. Your order number is ${JSON.parse(last).order_id}.`;
      if (last) return 'Five boxes of paracetamol cost one hundred pounds. Shall I order them?';
      const wants = /paracetamol|yes/i.test(text) && tools.includes('create_order');
      return wants ? [{ call: 'create_order', arguments: { product: 'paracetamol', quantity: 5 } }] : 'Pardon?';
    };
    backend = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      orders.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ order_id: 453 }));
    }).listen(0, '127.0.0.1');
    folder = await mkdtemp(path.join(tmpdir(), 'dragoman-real-call-'));
    const file = path.join(folder, 'microphone.wav');
    const said = [
      silence(1),
      await flite('I want five boxes of paracetamol.'),
      silence(READING_S),
      await flite('Yes, that is correct.'),
      silence(60),
    ];
    const resampler = createResampler(SPEECH_RATE, MICROPHONE);
    const sound = Buffer.concat([bytesOf(resampler.push(samplesIn(Buffer.concat(said)))), bytesOf(resampler.end())]);
    await writeFile(file, wavOf(sound, MICROPHONE));
    bot = await startDragoman({
      flows: [
        { ...provider, baseUrl: llm.url, fallbackModel: '', version: 1 },
        accountConfig('calls', { channel: 'call', settings: { hints: 'Paracetamol, Ibuprofen', recording: 'on' } }),
        { id: 'in', type: 'dragoman-channel-in', account: 'calls', version: 1, wires: [['llm']] },
        {
          ...{ id: 'llm', type: 'dragoman-llm', provider: 'llms', history: 10, tools: ['create_order'] },
          ...{ version: 2, wires: [['out']] },
        },
        { id: 'out', type: 'dragoman-channel-out', version: 1 },
        {
          ...{ id: 'tool', type: 'dragoman-tool-http', source: 'form', tool: 'create_order', version: 1 },
          ...{ description: 'Orders.', method: 'POST', body: '', sideEffect: true, oncePerTurn: false },
          url: `http://127.0.0.1:${(backend.address() as AddressInfo).port}/orders`,
          parameters: '{"type":"object","properties":{"product":{"type":"string"},"quantity":{"type":"integer"}}}',
          ...{ document: '', operations: [], server: '', headers: '', secretHeader: '' },
          ...{ confirm: true, idempotent: true, timeoutSeconds: 20 },
        },
      ],
      credentials: { llms: { apiKey: 'sk-test' } },
      env: {
        ...{ STT_BASE_URL: whisper.url, STT_MODEL: 'whisper-1', STT_API_KEY: undefined, DRAGOMAN_SIMULATOR: 'open' },
        ...{ TTS_MODEL: 'espeak-ng', TTS_BASE_URL: undefined },
      },
    });
    const device = ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${file}%noloop`];
    browser = await launchBrowser(...device, '--use-fake-ui-for-media-stream');
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await bot?.stop();
    await llm?.close();
    await whisper?.[Symbol.asyncDispose]();
    backend?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('D8 by voice: what is said is ordered once, and its number is heard', { timeout: 180_000 }, async () => {
    const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
    const frames: { type: string; item_id: string; delta: string }[] = [];
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => void frames.push(JSON.parse(String(payload)))),
    );
    const deltas = (type: string, item: string) =>
      frames.filter((frame) => frame.type === type && frame.item_id === item).map(({ delta }) => delta);
    // What browsers do against noise takes words from a voice that is made by a program.
    await page.addInitScript(() => localStorage.setItem('dragoman.call.filter', 'false'));
    await page.goto(`${bot.runtime.url}/call`);
    await page.getByLabel('Language of the call').selectOption('en');
    await page.getByRole('button', { name: 'Start the call' }).click();
    const bubbles = page.locator('dm-bubble .text');
    await expect.poll(() => bubbles.count(), { timeout: 120_000 }).toBeGreaterThan(3);
    const [wish, question, yes, answer] = await bubbles.allTextContents();
    expect(wish).toMatch(/5 boxes of paracetamol/i);
    expect(question).toContain('Shall I order them?');
    expect(yes).toMatch(/yes/i);
    expect(answer).toContain('Your order number is 453.');
    expect(orders).toEqual([{ product: 'paracetamol', quantity: 5 }]);
    const told = ({ type, item_id }: { type: string; item_id: string }) =>
      type === 'response.output_audio.done' &&
      deltas('response.output_audio_transcript.delta', item_id).join('').includes('453');
    await expect.poll(() => frames.some(told), { timeout: 20_000 }).toBe(true);
    const sound = deltas('response.output_audio.delta', frames.find(told)!.item_id);
    const pcm = Buffer.concat([silence(0.4), ...sound.map((delta) => Buffer.from(delta, 'base64')), silence(0.4)]);
    const transcribe = createOpenAiTranscriber({ apiKey: '', baseUrl: whisper.url, model: 'whisper-1' });
    const hearing = { type: 'wav', language: 'en', signal: new AbortController().signal } as const;
    expect((await transcribe(wavOf(pcm), hearing)).text).toMatch(/order number is (453|four hundred)/i);
    await page.getByRole('button', { name: 'Hang up' }).click();
    const [call] = await bot.engine.store.calls({ limit: 1 });
    await expect.poll(async () => (await bot.engine.store.call(call!.id))?.recording?.ms ?? 0).toBeGreaterThan(20_000);
  });
});
