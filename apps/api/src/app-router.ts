import { router } from './procedures.ts';
import { accountRouter } from './routers/account.ts';
import { authRouter } from './routers/auth.ts';

/** Everything the API does, at a look. A router of your own is added here. */
export const appRouter = router({
  auth: authRouter,
  account: accountRouter,
});

export type AppRouter = typeof appRouter;
