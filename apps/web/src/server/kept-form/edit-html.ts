import { parse, type DefaultTreeAdapterTypes } from 'parse5';

export type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

/** The HTML of a page, in which elements can be changed. The rest of the text stays as it is. */
export type EditedHtml = {
  elements: readonly Element[];
  setAttribute(element: Element, name: string, value: string | null): void;
  /** Replaces the content of an element. */
  setText(element: Element, text: string): void;
  /** Adds HTML at the end of an element. */
  append(element: Element, html: string): void;
  toString(): string;
};

export function editHtml(html: string): EditedHtml {
  const changed = new Set<Element>();
  const edits: { start: number; end: number; text: string }[] = [];
  const startTags = () =>
    [...changed].map((element) => {
      const { startOffset, endOffset } = startTagOf(element);
      return { start: startOffset, end: endOffset, text: writeStartTag(element) };
    });

  return {
    elements: [...elementsIn(parse(html, { sourceCodeLocationInfo: true }))],

    setAttribute(element, name, value) {
      element.attrs = element.attrs.filter((attribute) => attribute.name !== name);
      if (value !== null) element.attrs.push({ name, value });
      changed.add(element);
    },

    setText(element, text) {
      // HTML ignores the first line break in a textarea (WHATWG HTML §13.2.6.4.7).
      edits.push({
        start: startTagOf(element).endOffset,
        end: endOf(element),
        text: `\n${escapeHtml(text)}`,
      });
    },

    append(element, addition) {
      edits.push({ start: endOf(element), end: endOf(element), text: addition });
    },

    toString() {
      const fromTheEnd = [...edits, ...startTags()].sort((a, b) => b.start - a.start);
      return fromTheEnd.reduce(
        (text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end),
        html,
      );
    },
  };
}

function* elementsIn(node: Node): Generator<Element> {
  if ('tagName' in node) yield node;
  if ('childNodes' in node) for (const child of node.childNodes) yield* elementsIn(child);
}

/** All elements inside of an element. */
export const descendantsOf = (element: Element): Element[] => [...elementsIn(element)].slice(1);

/** The text inside of an element. */
export function textIn(node: Node): string {
  if (node.nodeName === '#text' && 'value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textIn).join('') : '';
}

export const attributeOf = (element: Element, name: string): string | null =>
  element.attrs.find((attribute) => attribute.name === name)?.value ?? null;

/** An element that has no start tag in the text, like an implied `tbody`, is never changed. */
function startTagOf({ tagName, sourceCodeLocation: location }: Element) {
  if (!location) throw new Error(`The ${tagName} has no start tag.`);
  return location.startTag ?? location;
}

function endOf({ tagName, sourceCodeLocation: location }: Element): number {
  if (!location) throw new Error(`The ${tagName} has no end.`);
  return location.endTag?.startOffset ?? location.endOffset;
}

const writeStartTag = ({ tagName, attrs }: Element): string =>
  `<${[tagName, ...attrs.map(({ name, value }) => `${name}="${escapeHtml(value)}"`)].join(' ')}>`;

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
