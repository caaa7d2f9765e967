/**
 * The notice about an action on the page before, which redirects here with a flag in the query.
 * @param sentences the notice for each flag
 */
export function findNotice({ searchParams }: URL, sentences: Record<string, string>): string | null {
  const flag = Object.keys(sentences).find((name) => searchParams.has(name));
  return flag === undefined ? null : (sentences[flag] ?? null);
}
