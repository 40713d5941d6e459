import { describe, expect, it } from 'vitest';
import { HEAD, kindOfFile, LARGEST_UPLOAD, nameOfFile, typeOfFile } from './files.ts';

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const pad = (text: string, length = 64) => bytes(text.padEnd(length, '\0'));

it.each([
  ['\xff\xd8\xff\xe0', 'x.html', 'image/jpeg'],
  ['\x89PNG\r\n\x1a\n', 'page.svg', 'image/png'],
  ['%PDF-1.7\n', 'x.png', 'application/pdf'],
  ['PK\x03\x04', 'Liste.DOCX', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['PK\x03\x04', 'x.jar', 'application/zip'],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'x.xls', 'application/vnd.ms-excel'],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'x.msi', 'application/octet-stream'],
  ['\0\0\0\x18ftypmp42', 'x.mp4', 'video/mp4'],
  ['\0\0\0\x18ftypM4A ', 'x.mp4', 'audio/mp4'],
  ['\0\0\0\x18ftypqt  ', 'x.mov', 'video/quicktime'],
  ['\0\0\0\x18ftyp3gp5', 'x', 'video/3gpp'],
  [`OggS${'\0'.repeat(24)}OpusHead`, 'x.ogg', 'audio/ogg'],
  [`OggS${'\0'.repeat(24)}\x01vorbis`, 'x.ogg', 'application/ogg'],
  ['ID3', 'x', 'audio/mpeg'],
  ['\xff\xfeH\0i\0', 'x.mp3', 'application/octet-stream'],
  ['MZ\x90\0', 'x.pdf', 'application/octet-stream'],
])('knows %j, called %s, by its bytes: %s', (start, name, type) => {
  expect(typeOfFile(pad(start), name)).toBe(type);
});

it.each([
  ['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'logo.svg'],
  ['<!doctype html><script>alert(1)</script>', 'page.html'],
  ['GIF8<script>', 'x.gif'],
])('calls %j nothing but text', (text, name) => {
  expect(typeOfFile(bytes(text), name)).toBe('text/plain');
});

it('knows text of any language, also where its beginning ends amid a letter', () => {
  const text = new TextEncoder().encode('سلام'.repeat(HEAD));
  expect([
    typeOfFile(text.subarray(0, HEAD - 1), 'x'),
    typeOfFile(bytes('\xc3('), 'x'),
    typeOfFile(bytes(''), 'x'),
  ]).toEqual([...['text/plain', 'application/octet-stream', 'application/octet-stream']]);
});

it.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\ana\\Rechnung.pdf', 'Rechnung.pdf'],
  ['a"b\r\nX-Evil: 1.pdf', 'abX-Evil 1.pdf'],
  ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
  ['  .htaccess', 'htaccess'],
  ['', 'file'],
  ['...', 'file'],
  ['.pdf', 'pdf'],
  ['فاکتور ۱۲.pdf', 'فاکتور ۱۲.pdf'],
  ['🦜.png', '🦜.png'],
  ['نامه\u200cها.pdf', 'نامه\u200cها.pdf'],
])('calls %j %j', (name, called) => {
  expect(nameOfFile(name)).toBe(called);
});

it('keeps the ending of a long name', () => {
  expect(nameOfFile(`${'x'.repeat(900)}.pdf`)).toBe(`${'x'.repeat(120)}.pdf`);
});

describe('what a channel takes it as', () => {
  const limits = {
    image: { most: 100, types: ['image/png'] },
    document: { most: LARGEST_UPLOAD * 2, types: ['*'] },
  };
  it.each([
    ['image/png', 100, 'image'],
    ['image/png', 101, 'document'],
    ['image/svg+xml', 1, 'document'],
    ['image/png', LARGEST_UPLOAD, 'document'],
    ['image/png', LARGEST_UPLOAD + 1, 'size'],
  ])('%s of %i bytes: %s', (type, size, kind) => {
    expect(kindOfFile(limits, { type, size })).toBe(kind);
  });
  it('says whether it is the size or the type', () => {
    const { image } = limits;
    expect([
      kindOfFile({ image }, { type: 'image/png', size: 101 }),
      kindOfFile({ image }, { type: 'x', size: 1 }),
    ]).toEqual(['size', 'type']);
    expect(kindOfFile({}, { type: 'image/png', size: 1 })).toBe('type');
  });
});
