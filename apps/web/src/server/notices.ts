/**
 * What a page says after something was done on the page before: that one leads here with a flag in the address.
 * @param sentences a sentence for each flag
 */
export function noticeIn({ searchParams }: URL, sentences: Record<string, string>): string | null {
  const flag = Object.keys(sentences).find((name) => searchParams.has(name));
  return flag === undefined ? null : (sentences[flag] ?? null);
}
