/**
 * The field to focus when a form is shown again.
 * @param names the form's fields in page order
 * @param problems sentences by field name
 * @returns the name of the first field with a problem
 */
export function firstInvalidField(
  names: readonly string[],
  problems: Record<string, string>,
): string | undefined {
  return names.find((name) => name in problems);
}
