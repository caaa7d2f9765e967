/** A block of code, and the paragraph before it. */
export type Fence = { language: string; code: string; leadIn: string };

const fence = /^([ \t]*)(`{3,})(\w*)[^\n]*\n([^]*?)^\1\2[ \t]*$/gm;

export function findFences(text: string): Fence[] {
  return [...text.matchAll(fence)].map(({ index, 3: language = '', 4: code = '' }) => {
    const paragraphs = text
      .slice(0, index)
      .trimEnd()
      .split(/\n\s*\n/);
    return { language, code, leadIn: paragraphs.at(-1) ?? '' };
  });
}

const withoutFences = (text: string): string => text.replace(fence, '');

/** The texts in backticks. */
export function findCodeSpans(text: string): string[] {
  return [...withoutFences(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** The targets of all links and pictures, in Markdown and in HTML. */
export function findLinks(text: string): string[] {
  const prose = withoutFences(text).replace(/`[^`\n]*`/g, '');
  const kinds = [
    /\]\(\s*<?((?:[^()\s>]|\([^()\s]*\))+)>?(?:\s+"[^"]*")?\s*\)/g,
    /^ {0,3}\[[^\]]+\]:\s+<?([^\s>]+)/gm,
    /\b(?:href|src|srcset)="([^"]+)"/g,
  ];
  return kinds.flatMap((kind) => [...prose.matchAll(kind)].map(([, target = '']) => target));
}

/** The anchors of a page: its headings as GitHub names them, and ids in HTML. */
export function findAnchors(text: string): string[] {
  const prose = withoutFences(text);
  const seen = new Map<string, number>();
  const headings = [...prose.matchAll(/^#{1,6}[ \t]+(.+?)[ \t]*#*$/gm)].map(([, heading = '']) => {
    const slug = createSlug(heading);
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
  const ids = [...prose.matchAll(/\b(?:id|name)="([^"]+)"/g)].map(([, id = '']) => id);
  return [...headings, ...ids];
}

function createSlug(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}

/** The section below a heading of level 2. */
export function findSection(text: string, heading: string): string {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (!section) throw new Error(`There is no heading "${heading}".`);
  return section;
}

/** Paragraphs, items of lists and rows of tables, each as one text. */
export function findBlocks(text: string): string[] {
  const blocks: string[][] = [[]];
  for (const line of withoutFences(text).split('\n')) {
    if (/^\s*(?:$|[-*] |\d+\. |\||#)/.test(line)) blocks.push([]);
    blocks.at(-1)?.push(line.trim());
  }
  return blocks.map((lines) => lines.join(' ').trim()).filter(Boolean);
}

/** The cells of the first table of a text, row by row, without the header. */
export function tableOf(text: string): string[][] {
  const [table = ''] = /^\|.*(?:\n\|.*)+/m.exec(withoutFences(text)) ?? [];
  const rows = table.split('\n').slice(2);
  return rows.map((row) => row.split('|').slice(1, -1)).map((cells) => cells.map((cell) => cell.trim()));
}
