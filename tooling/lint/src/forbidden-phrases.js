/**
 * Phrases that the texts of this repository (comments, messages, pages, documentation, test names) do not use, and what
 * to write instead: plain technical English, with the subject first and the field's own terms.
 *
 * @typedef {object} ForbiddenPhrase
 * @property {string} pattern the source of a regular expression, matched against whole words. A space matches any white
 *   space, including a line break within a comment.
 * @property {boolean} [isCaseSensitive]
 * @property {string} instead
 * @property {[string, ...string[]]} examples texts that are reported
 * @property {string[]} [allowed] similar texts that are not reported
 */

const NAME_THE_SUBJECT = 'name the subject: "the user", "a process", "the caller"';
const STATE_THE_REFUSAL = '"an error", "a refusal", "is rejected"';

/** Words before a verb that show that it belongs to a clause of its own, as in "what is stored and what is not". */
const SUBJECTS =
  'what|who|that|which|whose|it|they|this|these|there|and|or|but|where|when|whether|if|how|as|than';

/** @type {ForbiddenPhrase[]} */
export const FORBIDDEN_PHRASES = [
  {
    pattern: 'whoever|whomever|somebody|everybody|anybody',
    instead: NAME_THE_SUBJECT,
    examples: [
      'whoever comes second waits',
      'the row of Somebody else',
      'shown to everybody',
      'can anybody read it?',
    ],
    allowed: ['anyone with the link can read it'],
  },
  {
    pattern: 'nobody(?!@)',
    instead: '"no user", "no one", or the passive voice',
    examples: ['nobody reads it', 'it hashes a password of nobody’s', "nobody's table"],
    allowed: ['a mail to nobody@example.com'],
  },
  {
    pattern: 'told',
    instead: '"is shown", "is reported", "is notified"',
    examples: ['the owner is told', 'Told how far it has come', 'be told by mail'],
  },
  {
    pattern: 'said',
    instead: '"is shown", "is documented", "is printed"',
    examples: ['what is missing is said below'],
  },
  {
    pattern: 'wish|wishes|wished',
    instead: '"request"',
    examples: ['a wish for a new password', 'Takes back the wishes'],
    allowed: ['the wishlist table'],
  },
  {
    pattern: 'wants',
    instead: '"needs", "expects", or the condition itself',
    examples: ['the driver wants them written'],
    allowed: ['if you want to change it'],
  },
  {
    pattern: 'speaks?(?! ?\\()',
    instead: '"supports", "implements", "uses the protocol"',
    examples: ['the server speaks TLS', 'those that speak HTTP'],
  },
  {
    pattern: 'knows of',
    instead: '"has", "stores", "is aware of"',
    examples: ['the API knows of no such table'],
  },
  {
    pattern: '(?:let|lets|letting) in',
    instead: '"allows", "accepts", "grants access to"',
    examples: ['isPublic() lets in all users', 'is not let in'],
    allowed: ['let input = 1', 'let index = 0'],
  },
  {
    pattern: 'twin of',
    instead: '"Equivalent of"',
    examples: ['Twin of `flask shell`.', 'the twin of it'],
  },
  {
    pattern: 'good for nothing',
    instead: '"expired", "invalid", "unusable"',
    examples: ['a copied cookie is good for nothing'],
  },
  {
    pattern: '(?:come|comes|came|coming) again',
    instead: '"is repeated", "is sent again"',
    examples: ['the mail comes again', 'the same link came again'],
  },
  {
    pattern: 'under way',
    instead: '"running", "in progress"',
    examples: ['an install is under way', 'what is under\n * way is finished'],
    allowed: ['under what name'],
  },
  {
    pattern: 'for want of',
    instead: '"because there is no …"',
    examples: ['fails for want of room'],
  },
  {
    pattern: 'be it',
    instead: '"whether … or …"',
    examples: ['Be it a success or a failure'],
    allowed: ['can be iterated', 'may be italic'],
  },
  {
    pattern: 'at the (?:most|least)(?! (?:recent|common|significant|privileged|frequent|important))',
    instead: '"at most", "at least"',
    examples: ['ten connections at the most', 'At the least one'],
    allowed: ['look at the most recent row'],
  },
  {
    pattern:
      '(?:is|are|was|were) over(?= *(?:[.,;:!?)\'"`”]|\\n|$)| (?:and|when|before|after|at once|already)(?![\\w-]))',
    instead: '"has expired", "has ended"',
    examples: [
      'its time is over.',
      'Their lifetime is over at once',
      "test('nothing that is over', () => {})",
    ],
    allowed: ['it is over 60 lines', 'the value is overwritten', 'the API is over HTTP'],
  },
  {
    pattern: '(?:is|are|was|were|be|been|has|have|had) gone',
    instead: '"deleted", "missing", "has ended"',
    examples: ['a session whose user is gone', 'the folder was gone', 'will be gone'],
    allowed: ['410 Gone'],
  },
  {
    pattern: "one['’]s own",
    instead: '"your own", "the user’s own", or name the owner',
    examples: ["of one's own", 'shown as one’s own'],
    allowed: ['in a transaction of its own'],
  },
  {
    pattern: 'lately',
    instead: '"recently"',
    examples: ['a password that was entered lately'],
  },
  {
    pattern: 'anew|afresh',
    instead: '"again", "from the start"',
    examples: ['makes its tables anew', 'an install is begun afresh'],
  },
  {
    pattern: 'the way to',
    instead: '"the redirect to" or "how to"',
    examples: ['@throws the way to the login page'],
    allowed: ['the best way to do it'],
  },
  {
    pattern: 'stands? in',
    instead: '"is in"; of a stand-in: "replaces"',
    examples: ['the file stands in docs/', 'names stand in the first column'],
    allowed: ['a stand-in for turbo'],
  },
  {
    pattern: 'a (?:no|yes)(?=(?: (?:for|to|from|or|is|and|that|becomes|of)(?![\\w-]))| *[.,;:)\'"`]|\\n|$)',
    instead: STATE_THE_REFUSAL,
    examples: ['a no to a form', 'Be it a yes or a no,', 'what loses data needs a yes.'],
    allowed: ['a no-op', 'a no longer valid token', 'yes or no'],
  },
  {
    pattern: 'until when|had back|to be had',
    instead: '"the date until which", "restored", "available"',
    examples: ['until when it can be had back', 'there is none to be had'],
  },
  {
    pattern: 'for whom',
    instead: NAME_THE_SUBJECT,
    examples: ['waits and shows for whom'],
  },
  {
    pattern: `(?<!(?:there|There) )(?:is|are|was) no (?!longer|more|such|other|different|better|worse|one|need|way|reason|exception)[a-z]+`,
    instead: '"is not a …"',
    examples: ['an import that is no import', 'that is no theft'],
    allowed: ['there is no terminal', 'it is no longer used', 'There are no rows', 'is there no file?'],
  },
  {
    pattern: `of (?:two|three|several|many) (?:who|that)|(?:(?<=['"\`“(])o|O)f (?:two|three|several|many) [a-z]+`,
    isCaseSensitive: true,
    instead: 'the subject first: "If two processes …, one …"',
    examples: [
      'Of two who want it, one gets it',
      'one of several who try',
      "test('of two calls, one waits', () => {})",
    ],
    allowed: ['one of two processes', 'a group of several users'],
  },
  {
    // The subject of a sentence is a clause: "What is missing is reported below".
    pattern:
      `(?:(?<=['"\`“(])w|W)h(?:at|o|om) (?:is|are|was|were|has|have|had|can|cannot|could|may|must|does|did|[a-z]{2,}[^s\\W]s) ` +
      `[^?.!;:\\n'"\`]{0,80}?(?<!(?<![\\w-])(?:${SUBJECTS}) )` +
      `(?:is|are|was|were|has|goes|stays|gets|needs|takes|stands|does)(?= [^?]{0,200}(?:[.!;)'"\`]|$))`,
    isCaseSensitive: true,
    instead: 'a noun as the subject: "Deleting an account signs the user out"',
    examples: [
      'Who deletes their account is signed out.',
      '// What is set already stays as it is.',
      "test('what is expired is deleted in batches', () => {})",
      'What others see has changed. Who can read it is signed in.',
    ],
    allowed: [
      'What is the name of the table that has it?',
      '/** What a request may contain. */',
      'What is stored and what is not.',
      'It shows what is missing and is read again.',
    ],
  },
];
