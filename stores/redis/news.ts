/** What happened in one process, told to all others that listen now. Nothing of it is kept. */
import { randomUUID } from 'node:crypto';
import type { News } from '../../core/ports.ts';
import { connect, type RedisLine } from './connection.ts';

export interface Told {
  tell(news: News): void;
  listen(hear: (news: News) => void): void;
}

/** @param channel of this installation alone: the numbers of databases do not part channels */
export function createNews(line: RedisLine, channel: string): Told {
  const self = randomUUID();
  return {
    tell(news) {
      if (line.away() === undefined) line.client.publish(channel, JSON.stringify({ from: self, news })).catch(() => {});
    },
    listen(hear) {
      const ear = line.another();
      const told = (text: string) => {
        const said = read(text);
        if (said && said.from !== self) hear(said.news);
      };
      let isHeard = false;
      // The client subscribes anew by itself whenever its line is there again; not where the line broke before it was answered the first time.
      ear.on('ready', () => {
        if (isHeard) return;
        ear.subscribe(channel, told).then(
          () => (isHeard = true),
          () => {},
        );
      });
      connect(ear);
    },
  };
}

/** Undefined for what a version to come may tell. */
function read(text: string): { from: string; news: News } | undefined {
  try {
    const said = JSON.parse(text) as { from: string; news: News };
    return typeof said?.news?.kind === 'string' ? said : undefined;
  } catch {
    return undefined;
  }
}
