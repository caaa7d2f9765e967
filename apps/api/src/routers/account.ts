import { protectedProcedure, router } from '../procedures.ts';

/** What a person sees and does about their own account. */
export const accountRouter = router({
  profile: protectedProcedure.query(({ ctx: { user, session } }) => ({
    username: user.username,
    email: user.email,
    role: user.role,
    memberSince: user.createdAt,
    signedInSince: session.createdAt,
    isRemembered: session.isRemembered,
  })),
});
