/** What a file that somebody sent really is, by its first bytes: what it is called is the sender's word. */

/** Pictures that models take. */
export type PictureType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif';

const startsWith = (bytes: Uint8Array, start: string, at = 0) =>
  bytes.length >= at + start.length && [...start].every((letter, index) => bytes[at + index] === letter.charCodeAt(0));

export function pictureType(bytes: Uint8Array): PictureType | undefined {
  if (startsWith(bytes, '\xff\xd8\xff')) return 'image/jpeg';
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'image/png';
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'image/webp';
  return startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a') ? 'image/gif' : undefined;
}

/** Sound that transcription services take, by the end of its file's name, which they go by. */
export type SoundType = 'ogg' | 'mp3' | 'wav' | 'm4a' | 'webm' | 'flac';

export function soundType(bytes: Uint8Array): SoundType | undefined {
  if (startsWith(bytes, 'OggS')) return 'ogg';
  if (startsWith(bytes, 'ID3')) return 'mp3';
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WAVE', 8)) return 'wav';
  if (startsWith(bytes, 'ftyp', 4)) return 'm4a';
  if (startsWith(bytes, '\x1a\x45\xdf\xa3')) return 'webm';
  if (startsWith(bytes, 'fLaC')) return 'flac';
  // A frame of MPEG audio begins with eleven ones; layer 0 is AAC, which services do not know by itself.
  const [first = 0, second = 0] = bytes;
  return first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x06) !== 0 ? 'mp3' : undefined;
}
