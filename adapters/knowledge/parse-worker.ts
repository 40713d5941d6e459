/** The thread that reads knowledge files: the entry of `createParser`. */
import { parentPort } from 'node:worker_threads';
import { connect } from '../threads.ts';
import { parseFile } from './parse-file.ts';

const link = connect(parentPort!, {
  parse: ([file, content]: [string, Uint8Array]) =>
    parseFile(file, Buffer.from(content), (what) => link.tell('tell', what)),
});
