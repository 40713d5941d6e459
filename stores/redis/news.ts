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
      // The client subscribes anew by itself whenever its line is there again.
      const subscribe = () =>
        ear
          .subscribe(channel, (text) => {
            const said = read(text);
            if (said && said.from !== self) hear(said.news);
          })
          .catch(() => {});
      ear.once('ready', subscribe);
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
