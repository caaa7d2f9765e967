/** The result of a check, and what to do about a problem. */
export type Finding = {
  check: string;
  /** `wrong` has to be corrected; a `note` is for the operator's judgement. */
  level: 'fine' | 'note' | 'wrong';
  found: string;
  todo: string | null;
};

export const fine = (check: string, found: string): Finding => ({ check, level: 'fine', found, todo: null });

export const note = (check: string, found: string, todo: string | null = null): Finding => ({
  check,
  level: 'note',
  found,
  todo,
});

export const wrong = (check: string, found: string, todo: string): Finding => ({
  check,
  level: 'wrong',
  found,
  todo,
});
