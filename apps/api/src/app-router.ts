import { router } from './procedures.ts';
import { accountRouter } from './routers/account.ts';
import { authRouter } from './routers/auth.ts';
import { developmentRouter } from './routers/development.ts';
import { siteRouter } from './routers/site.ts';

/** All procedures. Add your own routers here. */
export const appRouter = router({
  auth: authRouter,
  account: accountRouter,
  site: siteRouter,
  development: developmentRouter,
});

export type AppRouter = typeof appRouter;
