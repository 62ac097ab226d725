import type { Page } from 'playwright-core';

/** Texts of a page whose contrast is below this, as `2.31 the text`; WCAG 2, success criterion 1.4.3. */
export function faintTexts(page: Page, contrastMin: number): Promise<string[]> {
  return page.evaluate(faintTextsIn, contrastMin);
}

/** Runs in the page: nothing from outside is there. */
function faintTextsIn(contrastMin: number): string[] {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('the browser has no canvas');
  /** Red, green, blue and opacity of whatever CSS says, also `color-mix` and `light-dark`. */
  const colorOf = (css: string) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = css;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (rgb: readonly number[]) => {
    const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element: Element | null): readonly number[] => {
    if (element === null) return [255, 255, 255];
    const ground = colorOf(getComputedStyle(element).backgroundColor);
    return ground[3] === 255 ? ground : groundOf(element.parentElement);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint: string[] = [];
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent?.trim() ?? '';
    const element = texts.currentNode.parentElement;
    if (text === '' || element === null || !element.checkVisibility() || element.closest('.unseen, noscript') !== null) continue;
    const [one, two] = [luminance(colorOf(getComputedStyle(element).color)), luminance(groundOf(element))];
    const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (contrast < contrastMin) faint.push(`${contrast.toFixed(2)} ${text}`);
  }
  return faint;
}
