import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEspeakSpeaker } from './espeak.ts';
import { isInstalled } from './program.ts';
import { createTurnstile } from './turnstile.ts';
import { voiceOf } from './voices.ts';

const never = new AbortController().signal;
const PATH = process.env.PATH!;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dragoman-espeak-'));
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true, force: true });
});

async function said(
  text: string,
  language = 'en',
  more: { voice?: string; signal?: AbortSignal } = {},
): Promise<number> {
  let bytes = 0;
  for await (const piece of createEspeakSpeaker()(text, { language, signal: never, ...more })) bytes += piece.length;
  return bytes;
}

/** A program of that name that does what the test wants, and tells in files what it was given. */
function standIn(script: string): void {
  const file = path.join(folder, 'espeak-ng');
  writeFileSync(file, `#!/bin/sh\necho "$@" > "${folder}/arguments"\nenv > "${folder}/environment"\n${script}\n`);
  chmodSync(file, 0o755);
  process.env.PATH = `${folder}${path.delimiter}${PATH}`;
}
const told = (name: string) => readFileSync(path.join(folder, name), 'utf8');

describe.skipIf(!isInstalled())('with the program (not run where espeak-ng is not installed)', () => {
  it.each([
    ['ar', 'ar'],
    ['en', 'en-us'],
    ['en-GB', 'en-gb'],
    ['es', 'es'],
    ['es-MX', 'es'],
    ['fa', 'fa'],
    ['it', 'it'],
    ['pt-BR', 'pt-br'],
    ['ru', 'ru'],
    ['de', 'de'],
    ['zh', 'cmn'],
    ['xx', 'en-us'],
    ['', 'en-us'],
  ])('%s is spoken by %s', async (language, voice) => {
    expect(await voiceOf(language)).toBe(voice);
    expect(await said('12', language)).toBeGreaterThan(10_000);
  });

  it('takes a voice that is chosen, with its variant', async () => {
    expect(await said('Good morning', 'en', { voice: 'en-us+f3' })).toBeGreaterThan(20_000);
  });

  it('says which voice there is not, and what to do', async () => {
    for (const voice of ['alloy', '-q', '../../etc/passwd', 'x'.repeat(100)])
      await expect(said('x', 'en', { voice })).rejects.toMatchObject({
        code: 'PROVIDER_FAILED',
        action: expect.stringContaining('TTS_VOICE'),
      });
  });

  it('reads marks of its own commands as what they are', async () => {
    // As a command this would be said at 20 words a minute, as phonemes it would be one syllable.
    expect(await said('\u000120S hello my friend')).toBeLessThan(250_000);
    expect(await said('[[a]]')).toBe(await said('[ [a]]'));
  });
});

it('is missing where it is not installed, with what to do', async () => {
  process.env.PATH = folder;
  expect(() => createEspeakSpeaker()).toThrow('espeak-ng is not installed');
  // It may go away later.
  process.env.PATH = PATH;
  standIn('exit 0');
  const speak = createEspeakSpeaker();
  process.env.PATH = '';
  const talking = async () => {
    for await (const _ of speak('x', { language: 'en', signal: never }));
  };
  await expect(talking()).rejects.toMatchObject({ code: 'SPEECH_MISSING', action: expect.stringContaining('apt-get') });
});

it('gives the text as input alone, and none of our secrets', async () => {
  process.env.DRAGOMAN_TEST_SECRET = 'secret';
  standIn(`cat > "${folder}/input"; printf 'x'; exit 0`);
  await said('--help; $(id)\n-v de').catch(() => {});
  delete process.env.DRAGOMAN_TEST_SECRET;
  expect(told('arguments').trim()).toBe('-v en-us -b 1 --stdin --stdout');
  expect(told('input')).toBe('--help; $(id) -v de');
  expect(told('environment')).not.toContain('secret');
});

it('ends the process when it is told to, and when nobody listens any more', async () => {
  standIn(`echo $$ > "${folder}/process"; head -c 20000 /dev/zero; exec sleep 60`);
  const gone = async () => {
    const number = Number(told('process'));
    for (let time = 0; time < 500; time++) {
      try {
        process.kill(number, 0);
      } catch {
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return false;
  };
  const stop = new AbortController();
  const heard = async () => {
    for await (const _ of createEspeakSpeaker()('x', { language: 'en', signal: stop.signal })) stop.abort();
  };
  await expect(heard()).rejects.toMatchObject({ code: 'PROVIDER_FAILED' });
  expect(await gone()).toBe(true);
  for await (const _ of createEspeakSpeaker()('x', { language: 'en', signal: never })) break;
  expect(await gone()).toBe(true);
});

it('tells a process that fails', async () => {
  standIn('cat > /dev/null; exit 3');
  await expect(said('x')).rejects.toMatchObject({ code: 'PROVIDER_FAILED' });
});

describe('the turnstile', () => {
  it('lets so many in, the others in their order, and none who has gone', async () => {
    const { enter } = createTurnstile(2);
    const order: string[] = [];
    const come = (name: string, signal = never) =>
      enter(signal).then(
        (leave) => {
          order.push(name);
          return leave;
        },
        () => {
          order.push(`${name} went`);
          return () => {};
        },
      );
    const [first, second] = await Promise.all([come('1'), come('2')]);
    const stop = new AbortController();
    const others = [come('3'), come('4', stop.signal), come('5'), come('6')];
    stop.abort();
    await others[1];
    expect(order).toEqual(['1', '2', '4 went']);
    first();
    first();
    const third = await others[0]!;
    second();
    await others[2];
    third();
    await others[3];
    expect(order).toEqual(['1', '2', '4 went', '3', '5', '6']);
    await expect(enter(AbortSignal.abort())).rejects.toThrow();
  });
});
