import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** What axe finds in a part of the page as it stands, in the light, the dark and the high-contrast theme. */
export async function axeInThemes(page: Page, part: string): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ['light', 'dark', 'contrast']) {
    await page.evaluate((name) => {
      document.documentElement.dataset['theme'] = name;
    }, theme);
    const { violations } = await new AxeBuilder({ page }).include(part).setLegacyMode().analyze();
    for (const { id, nodes } of violations)
      found.push(`${theme}: ${id}: ${nodes.map(({ html }) => html).join('\n')}`);
  }
  return found;
}
