import type { ContainerLine, ContainerPage } from '#contracts';

/** What is shown of the containers. */
export type LoadedContainers = { readonly rows: readonly ContainerLine[]; readonly hasMore: boolean };

/** One search asks so often; the gateway looks at 10,000 containers a time. */
const pagesMax = 20;

/** Asks page by page until there are enough rows for the screen, or no more. Rejects like `pageAt`. */
export async function loadContainers(
  pageAt: (from: number) => Promise<ContainerPage>,
  rowsWanted: number,
): Promise<LoadedContainers> {
  const rows: ContainerLine[] = [];
  let next: number | undefined = 0;
  for (let pages = 0; next !== undefined && pages < pagesMax && rows.length < rowsWanted; pages += 1) {
    const page: ContainerPage = await pageAt(next);
    rows.push(...page.rows);
    next = page.next;
  }
  return { rows, hasMore: next !== undefined };
}
