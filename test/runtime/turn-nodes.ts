/** Nodes as third parties write them, well and badly; how many arguments a handler has tells Node-RED whether it calls `done`. */
import type { Msg, Runtime } from '../support/harness.ts';

/**
 * @param arrived called by `sink` at once and by `slow sink` after 120 ms
 * @param handOver called by `hand over` within its handler
 */
export function registerTurnNodes(
  { registerNode }: Runtime,
  arrived: (id: string, msg: Msg) => void,
  handOver: () => void,
): void {
  registerNode('src', () => {});
  registerNode('sink', function (config) {
    this.on('input', (msg, _send, done) => {
      arrived(config.id, msg);
      done();
    });
  });
  registerNode('slow sink', function (config) {
    this.on('input', (msg, _send, done) => {
      setTimeout(() => {
        arrived(config.id, msg);
        done();
      }, 120);
    });
  });
  registerNode('thrower', function () {
    this.on('input', (_msg, _send, _done) => {
      throw new Error('boom');
    });
  });
  registerNode('error without done', function () {
    this.on('input', (msg, _send, _done) => {
      setTimeout(() => this.error('failed', msg), 80);
    });
  });
  registerNode('legacy error', function () {
    this.on('input', (msg) => {
      setTimeout(() => this.error('failed', msg), 80);
    });
  });
  registerNode('legacy send', function () {
    this.on('input', (msg) => {
      setTimeout(() => this.send(msg), 80);
    });
  });
  registerNode('never', function () {
    this.on('input', (_msg, _send, _done) => {});
  });
  registerNode('done twice', function () {
    this.on('input', (msg, send, done) => {
      done();
      done();
      send(msg);
    });
  });
  // As a database driver does: results come in the context of whoever opened the connection.
  registerNode('pool', function () {
    const queue: (() => void)[] = [];
    let pump: NodeJS.Timeout | undefined;
    this.on('input', (msg, send, done) => {
      queue.push(() => {
        send({ payload: msg.payload });
        done();
      });
      pump ??= setInterval(() => queue.shift()?.(), 20);
    });
    this.on('close', (done) => {
      clearInterval(pump);
      done();
    });
  });
  registerNode('hand over', function () {
    this.on('input', (msg, send, done) => {
      handOver();
      send({ payload: msg.payload });
      done();
    });
  });
  // Finishes while it is closed, however long the machine takes to come to that.
  registerNode('slow close', function () {
    let finish = () => {};
    this.on('input', (msg, send, done) => {
      finish = () => {
        send(msg);
        done();
      };
    });
    this.on('close', (done) => {
      setTimeout(() => finish(), 40);
      setTimeout(done, 120);
    });
  });
}
