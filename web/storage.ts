/** What a page remembers in this browser. A blocked or full storage means that nothing is remembered, not that the page fails. */

const PREFIX = 'dragoman.';

/** The stored value, or undefined where there is none or it cannot be read; the caller checks its shape. */
export function load(name: string): unknown {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function save(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Private windows may refuse: the page works on, it only forgets.
  }
}
