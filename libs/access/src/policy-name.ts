import { z } from 'zod';

/** Names stand in log lines, labels and queries. */
export const nameRule = 'a name is up to 63 letters, digits, dots, dashes and underscores';
export const Name = z.string().regex(/^[a-zA-Z0-9][\w.-]{0,62}$/, nameRule);

/** As messages say it: one of any other form is quoted, since it may hold anything, the end of a line too. */
export function shownName(name: string): string {
  return Name.safeParse(name).success ? name : JSON.stringify(name);
}
