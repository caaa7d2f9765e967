import { router } from './procedures.ts';
import { accountRouter } from './routers/account.ts';
import { authRouter } from './routers/auth.ts';
import { developmentRouter } from './routers/development.ts';

/** Everything the API does, at a look. A router of your own is added here. */
export const appRouter = router({
  auth: authRouter,
  account: accountRouter,
  development: developmentRouter,
});

export type AppRouter = typeof appRouter;
