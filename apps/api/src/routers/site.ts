import { passwordLength } from '@latchkey/auth';
import { publicProcedure, router } from '../procedures.ts';

/** Settings that pages show or apply. */
export const siteRouter = router({
  settings: publicProcedure.query(
    ({ ctx: { registration, passwordMinLength, deletionGraceMs, mailbox } }) => ({
      registration,
      password: { minLength: passwordMinLength, maxLength: passwordLength.max },
      /** For how long the deletion of an account can be canceled. */
      deletionGraceMs,
      /** Mail goes to the development mailbox, not to an SMTP server. */
      hasMailbox: mailbox !== null,
    }),
  ),
});
