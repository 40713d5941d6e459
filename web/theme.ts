/** Light, dark, or as the system is: chosen once for all pages. */
import { load, save } from './storage.ts';

export type Theme = 'system' | 'light' | 'dark';

export function storedTheme(): Theme {
  const theme = load('theme');
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

// At load, before the first element is drawn, so that a chosen theme does not flash.
applyTheme(storedTheme());

export function chooseTheme(theme: Theme): void {
  save('theme', theme);
  applyTheme(theme);
}
