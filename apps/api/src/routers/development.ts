import { idInput } from '../fields.ts';
import { publicProcedure, router } from '../procedures.ts';
import { Refusal } from '../reasons.ts';

/** What there is outside production only: where there is no mailbox, there are no such procedures either. */
const developmentProcedure = publicProcedure.use(({ ctx, next }) => {
  if (!ctx.mailbox) throw new Refusal('unknown_procedure');
  return next({ ctx: { ...ctx, mailbox: ctx.mailbox } });
});

/** Every mail that the application has sent, for want of a mail server to this place. */
export const developmentRouter = router({
  mails: developmentProcedure.query(({ ctx: { mailbox } }) => mailbox.list(100)),

  mail: developmentProcedure.input(idInput).query(async ({ ctx: { mailbox }, input: { id } }) => {
    const mail = await mailbox.find(id);
    if (!mail) throw new Refusal('unknown_mail');
    return mail;
  }),
});
