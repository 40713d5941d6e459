import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { newId, newSession } from '../../core/ids.ts';
import { maskLine, maskOutput } from './mask-log.ts';

describe('output', () => {
  it.each([
    ['Message from +34 600 11 22 33 failed', 'Message from … failed'],
    ['to 34600112233: 131026', 'to …: 131026'],
    ['رقم ٠٥٠١٢٣٤٥٦٧', 'رقم …'],
    ['ana.perez@example.com bounced', '… bounced'],
    ['id wamid.HBgLMzQ2MDAxMTIyMzMVAgASGBQ=', 'id …'],
    ['Authorization: Bearer sk-abcdefghijklmnop', 'Authorization: Bearer …'],
    [
      `POST https://api.telegram.org/bot700000001:AA${'x1-'.repeat(11)}/sendMessage 404`,
      'POST https://api.telegram.org/bot…/sendMessage 404',
    ],
    [`the token 700000001:AAF${'y_'.repeat(16)}.`, 'the token ….'],
    [`GET /v23.0/me?access_token=EAAG${'m0ZC'.repeat(20)}&fields=id`, 'GET /v23.0/me?access_token=…&fields=id'],
    [`EAAG${'abcDEF'.repeat(6)} expired`, '… expired'],
    [`IGAA${'abc1'.repeat(10)} expired`, '… expired'],
    ['Incorrect API key provided: sk-proj-AbCdEf_GhIjKlMnOpQr.', 'Incorrect API key provided: ….'],
    ['key sk-ant-api03-AAAABBBBCCCCDDDD and gsk_AAAABBBBCCCCDDDDEEEE', 'key … and …'],
    [`AIza${'SyA-b_'.repeat(6)}`, '…'],
    ['wa_id 34600112233', 'wa_id …'],
    ['{"wa_id":"34600112233"}', '{"wa_id":"…"}'],
    ['recipient_id=٣٤٦٠٠١١٢٢٣٣', 'recipient_id=…'],
    ['login with password=hunter2&next=/', 'login with password=…&next=/'],
    ['{"appSecret":"abcdef","token": "xyz123"}', '{"appSecret":"…","token": "…"}'],
    ["api_key='abc-def'", "api_key='…'"],
  ])('masks %s', (text, masked) => expect(maskOutput(text)).toBe(masked));

  it.each([
    '20 Nov 10:00:00 - [info] [dragoman] Turn 01995f5e-7b1c-7000-8def-012345678901 settled without a reply.',
    '[info] Server now running at http://127.0.0.1:1880/editor/',
    'Node.js  version: v24.21.0, Linux 6.1.0-18-amd64 x64 LE',
    '{"level":30,"time":1767225600000,"pid":1234}',
    '  First start. Editor login: admin / Zk3_9aQ-vB7xLw0T',
    '    at Object.<anonymous> (/app/dist/chunks/chunk-OK2TZRA6.js:1075:33)',
    'Simulator: http://127.0.0.1:1880/simulator?key=vxyotvircrkfsqpmegdqnmubhjle',
    'The account has no secret: anybody can post to its webhook. Set a token.',
    'sk-learn and desk-lamp_of_the_house, hf_token, the task-management-of-a-team',
    'wa_id is missing; 12:30:45, 10:AA, 127.0.0.1:1880/editor_with_a_long_name_of_its_own_here',
    'ADMIN_PASSWORD sets one of your own; LLM_MAX_OUTPUT_TOKENS=1000',
    'Order 20260412-118 of 2026-04-12 10:00:00, 1.250.000, 192.168.100.200',
  ])('leaves %s', (text) => expect(maskOutput(text)).toBe(text));
});

it('of a whole process is masked, whoever writes it', async () => {
  const module = JSON.stringify(path.join(import.meta.dirname, 'mask-log.ts'));
  const script = `
    const { maskProcessOutput } = await import(${module});
    const undo = maskProcessOutput();
    console.log('log', { phone: '+34600112233' });
    console.error(new Error('call 0034 600 112 233'));
    process.stdout.write(Buffer.from('mail ana@example.com\\n'), () => {
      undo();
      process.stdout.write(Buffer.from([0xff, 0x0a]));
      console.log('after +34600112244');
    });
  `;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'buffer',
  });
  expect(stdout.toString()).toContain("log { phone: '…' }");
  expect(stdout.toString()).toContain('mail …\n');
  expect(stdout.includes(Buffer.from([0xff, 0x0a]))).toBe(true);
  expect(stdout.toString()).toContain('after +34600112244');
  expect(stderr.toString()).toContain('call …');
  expect(stdout.toString() + stderr).not.toMatch(/600112233|600 112|ana@/);
});

describe('an id of ours', () => {
  /** Seen to be taken for an IBAN, a card or a phone. */
  const LOOK_LIKE = [
    '3a7123af-9f17-4ebe-be59-4d5e10e48b3e',
    '019565c5-ad64-738d-bcc0-16d29ebc8eb3',
    '01950000-0000-7123-9456-789012345678',
    '34600112-2334-4600-9112-233446001122',
    's_c475baad38574008990723cc4e8f1c3c',
    's_34600112233346001122333460011223',
    '34600112233460a1',
  ];

  it.each(LOOK_LIKE)('stays in a line that is to be pasted: %s', (id) => {
    for (const line of [`Send it with "dragoman resend ${id}".`, `[info] ${id}#2 of ${id}`, `tel. ${id}, phone: ${id}`])
      expect(maskOutput(line)).toBe(line);
    expect(maskOutput(`${'.'.repeat(70_000)} ${id}`)).toContain(id);
  });

  it('stays whatever it is made of: 100,000 of them', () => {
    const eaten: string[] = [];
    for (let at = 0; at < 100_000; at++) {
      const id = at % 4 === 0 ? randomUUID() : at % 4 === 1 ? newSession() : newId(Math.floor(at * 17_500_000));
      const line = `Turn ${id} is a dead letter.`;
      if (maskOutput(line) !== line) eaten.push(id);
    }
    expect(eaten).toEqual([]);
  });

  it('stays in the line about a foreign error, where a key of the same shape goes', () => {
    const id = newId(Date.UTC(2026, 10, 28));
    expect(maskLine(`Turn ${id} failed`)).toBe(`Turn ${id} failed`);
    for (const key of [randomUUID(), '06870a2c-eb02-4111-b595-12e145389c14', `x-${id}-y`, 'sk_1234567_8901234567_8901'])
      expect(maskLine(`key ${key} refused`)).toBe('key … refused');
    expect(maskLine(`Bearer ${id}`)).toBe('Bearer …');
  });

  it.each([
    ['call ٠٥٠١٢٣٤٥٦٧ failed', 'call … failed'],
    ['شماره ۰۹۱۲۳۴۵۶۷۸۹', 'شماره …'],
    ['connect password=hunter2 refused', 'connect password=… refused'],
    ['passwd: hunter2', 'passwd: …'],
    ['client secret = abcdef', 'client secret = …'],
    [
      `fetch https://api.telegram.org/bot700000001:AA${'x1-'.repeat(11)}/getMe failed`,
      'fetch https://api.telegram.org/bot…/getMe failed',
    ],
    ['sk-proj-AbCdEf_GhIjKlMnOpQr is wrong', '… is wrong'],
    ['The secret of it is long', 'The secret of it is long'],
  ])('is not what a foreign error tells: %s', (text, masked) => expect(maskLine(text)).toBe(masked));

  it.each([
    ['tel. 34600112233-aabb', '34600112233'],
    ['+34600112233 and 01995f5e-7b1c-7000-8def-012345678901', '600112233'],
    ['01995f5e-7b1c-7000-8def-012345678901 +34 600 11 22 33', '600 11'],
    ['4539578763621486', '4539578763621486'],
    ['ana@x.com 01995f5e-7b1c-7000-8def-012345678901', 'ana'],
    ['+34600112233aabbc', '34600112233'],
  ])('hides nobody beside it or in its likeness: %s', (text, personal) => {
    expect(maskOutput(text)).toContain('…');
    expect(maskOutput(text)).not.toContain(personal);
  });
});
