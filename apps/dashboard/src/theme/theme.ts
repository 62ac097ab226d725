import { effect, signal } from '@preact/signals';

/** `auto`: as the machine is set. */
export type Theme = 'auto' | 'light' | 'dark';

const storageKey = 'baleen-theme';
const order: readonly Theme[] = ['auto', 'light', 'dark'];

export const theme = signal<Theme>(storedTheme());
const darkMachine = window.matchMedia('(prefers-color-scheme: dark)');
const machineIsDark = signal(darkMachine.matches);
darkMachine.addEventListener('change', ({ matches }) => {
  machineIsDark.value = matches;
});

/** What the page looks like now: charts are painted in its colours. */
export const isDark = () => theme.value === 'dark' || (theme.value === 'auto' && machineIsDark.value);

export function nextTheme(): void {
  theme.value = order[(order.indexOf(theme.value) + 1) % order.length] ?? 'auto';
}

effect(() => {
  const { value } = theme;
  localStorage.setItem(storageKey, value);
  if (value === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = value;
});

function storedTheme(): Theme {
  const stored = localStorage.getItem(storageKey);
  return order.find((known) => known === stored) ?? 'auto';
}
