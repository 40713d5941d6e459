import { expect, it } from 'vitest';
import { pictureType, soundType } from './files.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

it.each([
  ['\xff\xd8\xff\xe0 JFIF', 'image/jpeg'],
  ['\x89PNG\r\n\x1a\n rest', 'image/png'],
  ['RIFF\x10\0\0\0WEBPVP8 ', 'image/webp'],
  ['GIF89a..', 'image/gif'],
  ['<svg xmlns="http://www.w3.org/2000/svg">', undefined],
  ['RIFF\x10\0\0\0WAVEfmt ', undefined],
  ['%PDF-1.7', undefined],
  ['\xff\xd8', undefined],
  ['', undefined],
])('a picture is known by its first bytes: %j', (start, type) => {
  expect(pictureType(bytes(start))).toBe(type);
});

it.each([
  ['OggS\0\x02', 'ogg'],
  ['ID3\x04', 'mp3'],
  ['\xff\xfb\x90', 'mp3'],
  ['RIFF\x10\0\0\0WAVEfmt ', 'wav'],
  ['\0\0\0\x20ftypM4A ', 'm4a'],
  ['\x1a\x45\xdf\xa3', 'webm'],
  ['fLaC', 'flac'],
  ['#!AMR\n', undefined],
  ['\xff\xf1\x50', undefined],
  ['MZ', undefined],
])('a sound is known by its first bytes: %j', (start, type) => {
  expect(soundType(bytes(start))).toBe(type);
});
