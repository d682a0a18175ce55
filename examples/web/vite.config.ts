import { defineConfig } from 'vite';

/** Only what runs in the browser and needs a bundler: the React page and the single-page app. */
export default defineConfig({
  // The server serves `public` itself.
  publicDir: false,
  base: '/assets/',
  build: {
    target: 'es2023',
    rolldownOptions: {
      input: { react: 'src/browser/react.tsx', spa: 'src/browser/spa.ts' },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[hash].js', assetFileNames: '[name][extname]' },
    },
  },
});
