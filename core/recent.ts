/** A memory of what was used a short while ago. */

/** Some `limit` to twice `limit` of the newest entries, in two generations: the older one is dropped as a whole when the younger one is full. */
export function createRecent<T, Id = string>(limit: number) {
  let young = new Map<Id, T>();
  let old = new Map<Id, T>();
  return {
    get: (id: Id): T | undefined => young.get(id) ?? old.get(id),
    set(id: Id, entry: T): void {
      if (limit === 0) return;
      if (young.size >= limit) {
        old = young;
        young = new Map();
      }
      young.set(id, entry);
    },
    delete(id: Id): void {
      young.delete(id);
      old.delete(id);
    },
    clear(): void {
      young.clear();
      old.clear();
    },
  };
}
