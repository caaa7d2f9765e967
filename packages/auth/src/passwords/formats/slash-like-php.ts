/** PHP's `addslashes`. WordPress hashes the slashed form of a password that comes from a form (`wp_magic_quotes`). */
const slashLikePhp = (text: string): string =>
  text.replace(/['"\\]/g, (character) => `\\${character}`).replaceAll('\0', '\\0');

/** The slashed form, if it differs. */
export function slashedInputs(password: string): string[] {
  const slashed = slashLikePhp(password);
  return slashed === password ? [] : [slashed];
}
