import { passwordLength } from '@latchkey/auth';
import { publicProcedure, router } from '../procedures.ts';

/** Settings that pages show or apply. */
export const siteRouter = router({
  settings: publicProcedure.query(({ ctx: { passwordMinLength, mailbox } }) => ({
    password: { minLength: passwordMinLength, maxLength: passwordLength.max },
    /** Mail goes to the development mailbox, not to an SMTP server. */
    hasMailbox: mailbox !== null,
  })),
});
