import { styleText } from 'node:util';

/** What is beside the point, at a terminal that has colours. */
export const dim = (text: string, colors: boolean): string =>
  colors ? styleText('dim', text, { validateStream: false }) : text;

/** Whether a stream ends at a terminal that wants colours (https://no-color.org). */
export const hasColors = ({ isTTY }: { isTTY?: boolean }): boolean => Boolean(isTTY) && !process.env.NO_COLOR;
