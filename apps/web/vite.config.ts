import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [
    sveltekit({
      adapter: adapter(),
      // hooks.server.ts checks the origin of every request, also of JSON.
      csrf: { trustedOrigins: ['*'] },
      csp: {
        mode: 'nonce',
        directives: {
          'default-src': ['none'],
          'script-src': ['self'],
          'style-src': ['self'],
          'img-src': ['self', 'data:'],
          'connect-src': ['self'],
          'worker-src': ['self'],
          'frame-src': ['self'],
          'form-action': ['self'],
          'base-uri': ['none'],
          'frame-ancestors': ['none'],
        },
      },
    }),
  ],
  // Not bundled: these packages run from their own folders, so that the process has one copy of each, and of their classes.
  environments: {
    ssr: {
      build: { rolldownOptions: { external: [/^@latchkey\/(api|config|http)(\/|$)/] } },
    },
  },
  server: { port: 5173, strictPort: true },
});
