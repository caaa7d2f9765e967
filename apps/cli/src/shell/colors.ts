import { styleText } from 'node:util';

/** Secondary text: dimmed where there are colors. */
export const dim = (text: string, colors: boolean): string =>
  colors ? styleText('dim', text, { validateStream: false }) : text;

/** Whether to use colors on a stream: at a terminal, unless NO_COLOR is set (https://no-color.org). */
export const hasColors = ({ isTTY }: { isTTY?: boolean }): boolean => Boolean(isTTY) && !process.env.NO_COLOR;
