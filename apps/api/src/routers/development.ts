import { idInput } from '../fields.ts';
import { publicProcedure, router } from '../procedures.ts';
import { Refusal } from '../reasons.ts';

/** A procedure that does not exist in production, nor where an SMTP server is configured. */
const developmentProcedure = publicProcedure.use(({ ctx, next }) => {
  if (!ctx.mailbox) throw new Refusal('unknown_procedure');
  return next({ ctx: { ...ctx, mailbox: ctx.mailbox } });
});

/** The development mailbox: all mails that the application has sent. */
export const developmentRouter = router({
  mails: developmentProcedure.query(({ ctx: { mailbox } }) => mailbox.list(100)),

  mail: developmentProcedure.input(idInput).query(async ({ ctx: { mailbox }, input: { id } }) => {
    const mail = await mailbox.find(id);
    if (!mail) throw new Refusal('unknown_mail');
    return mail;
  }),
});
