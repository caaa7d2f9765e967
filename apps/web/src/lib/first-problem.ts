/**
 * The field that gets the focus when a form comes back: the first one with a problem.
 * @param names the form's fields, in their order on the page
 */
export function firstProblem(names: readonly string[], fields: Record<string, string>): string | undefined {
  return names.find((name) => name in fields);
}
