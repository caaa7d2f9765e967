import { analyzeEmail } from '@hapi/address';
import { toASCII } from 'tr46';

/** What keeps mail from reaching an address. */
export type EmailProblem = 'invisible_characters' | 'too_long' | 'malformed';

/**
 * Finds out why no mail can reach an address, or null: the syntax of RFC 5321 and 6531 without quoted local parts and address
 * literals, and a domain that is valid by UTS 46.
 * @param minLabels the labels that the domain needs; 1 allows `root@localhost`
 */
export function findEmailProblem(
  address: string,
  { minLabels = 2 }: { minLabels?: number } = {},
): EmailProblem | null {
  if (invisible.test(address)) return 'invisible_characters';
  const at = address.lastIndexOf('@');
  const domain = toASCII(address.slice(at + 1), strict);
  if (
    at < 1 ||
    /\p{Zs}/u.test(address) ||
    domain === null ||
    /^\d+$/.test(domain.slice(domain.lastIndexOf('.') + 1))
  ) {
    return 'malformed';
  }
  const options = { minDomainSegments: minLabels };
  const found = analyzeEmail(`${address.slice(0, at)}@${domain}`, options);
  if (!found) return null;
  return found.code.endsWith('_TOO_LONG') ? 'too_long' : 'malformed';
}

/** Characters that are not shown, or change the direction of others: UTS 39 §3.1, RFC 8264 §9.13. U+2800 is a blank. */
const invisible = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

const strict = {
  checkBidi: true,
  // A label may have two hyphens at its third character without being a U-label. The parser refuses those at its ends.
  checkHyphens: false,
  checkJoiners: true,
  useSTD3ASCIIRules: true,
  verifyDNSLength: true,
};

/** The form in which domains are compared: ASCII (UTS 46), or as it is where it is not a domain. */
export function toCanonicalDomain(domain: string): string {
  return toASCII(domain) ?? domain;
}
