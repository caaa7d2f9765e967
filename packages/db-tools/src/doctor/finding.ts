/** What was looked at, how it is, and what to do when it should be otherwise. */
export type Finding = {
  check: string;
  /** `wrong` has to be put right; a `note` is for whoever operates it to judge. */
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
