/** Who works on the same thing in this process waits for the one before. */
export function createWaits() {
  const last = new Map<string, Promise<void>>();
  return {
    /** @returns `wait` where somebody is before; `leave` must be called once. */
    enter(name: string): { wait?: Promise<void>; leave(): void } {
      const { promise, resolve } = Promise.withResolvers<void>();
      const wait = last.get(name);
      const mine = wait ? wait.then(() => promise) : promise;
      last.set(name, mine);
      return {
        wait,
        leave() {
          resolve();
          if (last.get(name) === mine) last.delete(name);
        },
      };
    },
  };
}
