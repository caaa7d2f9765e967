import type { RememberToken } from './remembered-browser.ts';

/**
 * What a presented remember token shows:
 * - `valid`: it is exchanged for another one.
 * - `refused`: another token was issued in its place, whose receipt is not proven. That may be a lost answer.
 * - `copied`: two clients have tokens of this browser.
 */
export type Judgement = 'valid' | 'refused' | 'copied';

/** Parallel requests of one browser may all send the same token. Within this time that is not a replay. */
export const parallelRequestsMs = 10_000;

/**
 * Judges a token that a client has presented. docs/decisions/0017 describes the states.
 * @param family the tokens of the browser that are not void, as they were before the token was presented
 */
export function judgeToken(token: RememberToken, family: readonly RememberToken[]): Judgement {
  if (token.voidedAt) return 'copied';
  if (token.replacedAt) return judgeReplaced(token, token.replacedAt, family);
  return isUsedAfterSuccessor(token, family) || hasReturnedSibling(token, family) ? 'copied' : 'valid';
}

/** Whether no answer with a sibling of this token can still be on its way, so that only one of them is the browser's. */
export function isAlone(token: RememberToken, family: readonly RememberToken[]): boolean {
  const parent = family.find(({ id }) => id === token.parentId);
  if (token.parentId === null) return isLongAgo(token.createdAt);
  return !parent?.rotatedAt || isLongAgo(parent.rotatedAt);
}

export const isLongAgo = (time: Date): boolean => Date.now() - time.getTime() > parallelRequestsMs;

function judgeReplaced(token: RememberToken, replacedAt: Date, family: readonly RememberToken[]): Judgement {
  // It was in use, so that a parallel request may still present it.
  if (token.presentedAt && !isLongAgo(replacedAt)) return 'refused';
  const isReplacementPresented = family.some(
    (other) =>
      other.id !== token.id &&
      other.presentedAt !== null &&
      other.createdAt >= replacedAt &&
      (other.replacedAt === null || other.replacedAt > replacedAt),
  );
  return isReplacementPresented ? 'copied' : 'refused';
}

/** Whether the token was used, and one that it was exchanged for was presented longer ago than parallel requests explain. */
function isUsedAfterSuccessor({ id, rotatedAt }: RememberToken, family: readonly RememberToken[]): boolean {
  const presented = family.filter(({ parentId, presentedAt }) => parentId === id && presentedAt);
  if (presented.length === 0) return false;
  return (
    (rotatedAt !== null && isLongAgo(rotatedAt)) || presented.some(({ createdAt }) => isLongAgo(createdAt))
  );
}

/** Whether a sibling was presented after this token was issued in its place: two clients have an answer to one token. */
function hasReturnedSibling({ id, parentId }: RememberToken, family: readonly RememberToken[]): boolean {
  if (parentId === null) return false;
  return family.some(
    (other) => other.id !== id && other.parentId === parentId && other.replacedAt && other.presentedAt,
  );
}
