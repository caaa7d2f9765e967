export { application, type Application } from './application.ts';
export { assembleApi } from './assemble-api.ts';
export { appRouter, type AppRouter } from './app-router.ts';
export { embeddedApi } from './embedded-api.ts';
export type { Handler } from './handler.ts';
export type { FieldProblems, Reason } from './reasons.ts';
export { startApi, type Api } from './start-api.ts';
