import { checkPassword, hashPassword } from '@latchkey/auth';
import { DatabaseError, type UserRecord } from '@latchkey/db';
import { loginInput, registerInput } from '../fields.ts';
import { publicProcedure, router } from '../procedures.ts';
import { Refusal } from '../reasons.ts';

/** Signing in and out, registering, and who is signed in. */
export const authRouter = router({
  /** Who is signed in; null for nobody. Twin of Flask-Login's `current_user`. */
  me: publicProcedure.query(async ({ ctx }) => {
    const { current, session } = await ctx.signedIn();
    if (!current.isActive || !session) return null;
    const { createdAt, expiresAt, isRemembered } = session;
    return { user: shown(current.user), session: { createdAt, expiresAt, isRemembered } };
  }),

  /**
   * Signs in by user name or e-mail address. An unknown name takes as long as a wrong password and gets the same answer
   * (ASVS 5.0 §6.3.8); that an account is disabled is told only to whoever knows its password.
   */
  login: publicProcedure.input(loginInput).mutation(async ({ ctx, input }) => {
    const user = await ctx.users.findByLogin(input.username);
    const isRight = await checkPassword(user?.passwordHash ?? null, input.password);
    if (!user || !isRight) throw new Refusal('invalid_credentials');
    if (!user.isActive) throw new Refusal('account_disabled');

    await ctx.signIn(user, input);
    return { user: shown(user) };
  }),

  /** Signs out; nobody may do so too. */
  logout: publicProcedure.mutation(async ({ ctx }) => {
    await ctx.signOut();
    return { signedOut: true };
  }),

  /**
   * Makes an account and signs it in. A taken user name is told, since names are public here; a taken address is not
   * (docs/decisions/0004-a-taken-address-tells-nothing.md).
   */
  register: publicProcedure.input(registerInput).mutation(async ({ ctx, input: { password, ...named } }) => {
    const passwordHash = await hashPassword(password);
    const user = await ctx.users.create({ ...named, passwordHash }).catch(toRefusal);
    await ctx.signIn(user, { remember: false });
    return { user: shown(user) };
  }),
});

/** What the person and their browser may see of a user: never the hash. */
function shown({ id, username, email, role }: UserRecord) {
  return { id, username, email, role };
}

function toRefusal(error: unknown): never {
  if (error instanceof DatabaseError && error.reason === 'username_taken') {
    const refusal = new Refusal('username_taken');
    refusal.fields['username'] = refusal.message;
    throw refusal;
  }
  throw error;
}
