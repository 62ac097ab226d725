import { select } from './store.ts';

/** Keys of the whole page: `/` searches engines, Escape leaves the details. */
export function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target instanceof HTMLInputElement;
    if (event.key === '/' && !isTyping) {
      event.preventDefault();
      document.getElementById('engine-search')?.focus();
    }
    if (event.key === 'Escape' && !isTyping && document.querySelector('dialog[open]') === null) select(undefined);
  });
}
