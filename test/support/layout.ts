/** How a page is laid out in a real browser. */
import type { Page } from 'playwright-core';

/** @returns how wide the page is, in pixels, and after that whatever stands out of its window at a side, shadow roots included */
export const widthOf = (page: Page): Promise<(number | string)[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const look = (root: ParentNode) => {
      for (const element of root.querySelectorAll('*')) {
        const { right, left, width } = element.getBoundingClientRect();
        if (width > 1 && !element.matches('.sr, svg, path') && (right > innerWidth + 1 || left < -1))
          found.push(`${element.tagName}.${element.className} ${left}–${right}`);
        if (element.shadowRoot) look(element.shadowRoot);
      }
    };
    look(document);
    return [document.documentElement.scrollWidth, ...found];
  });
