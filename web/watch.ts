/** A page that looks at its server again and again, while somebody sees it. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export interface Watching {
  /** Asks the server. @returns what shows the answer; not called where it was asked again meanwhile */
  look(): Promise<() => void>;
  /** Between two looks; milliseconds. */
  every(): number;
  /** The server did not answer, or refused. Told once, until it answers again; the page keeps trying. */
  problem(error: unknown): void;
}

export class Watch implements ReactiveController {
  #watching: Watching;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts looks, so that an answer that comes late shows nothing. */
  #look = 0;
  #isLost = false;
  #isThere = false;

  constructor(host: ReactiveControllerHost, watching: Watching) {
    this.#watching = watching;
    host.addController(this);
  }

  hostConnected(): void {
    this.#isThere = true;
    document.addEventListener('visibilitychange', this.#seen);
    void this.now();
  }

  hostDisconnected(): void {
    this.#isThere = false;
    document.removeEventListener('visibilitychange', this.#seen);
    clearTimeout(this.#timer);
  }

  #seen = () => {
    if (!document.hidden) void this.now();
  };

  /** Looks at once. */
  async now(): Promise<void> {
    const look = ++this.#look;
    clearTimeout(this.#timer);
    try {
      const show = await this.#watching.look();
      if (look !== this.#look) return;
      show();
      this.#isLost = false;
    } catch (error) {
      if (look !== this.#look) return;
      if (!this.#isLost) this.#watching.problem(error);
      this.#isLost = true;
    }
    if (this.#isThere && !document.hidden) this.#timer = setTimeout(() => void this.now(), this.#watching.every());
  }
}
