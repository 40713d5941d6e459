/** Which part of a file a request wants: `Range: bytes=…`, one of them. */

/** From and to which byte, both included. `all`: nothing that can be understood was asked for. `none`: there is no such part. */
export type Part = { from: number; to: number } | 'all' | 'none';

/** @param size of the file */
export function partOf(range: string | undefined, size: number): Part {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? '') ?? [];
  if (first === '' && last === '') return 'all';
  // The last so many bytes.
  if (first === '')
    return Number(last) > 0 && size > 0 ? { from: Math.max(0, size - Number(last)), to: size - 1 } : 'none';
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < Number(first)) return 'all';
  return Number(first) < size ? { from: Number(first), to } : 'none';
}
