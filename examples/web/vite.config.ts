import { defineConfig } from 'vite';

/** Only what runs in the browser and needs a bundler: the React page, the single-page app, gallery and playground. */
export default defineConfig({
  // The server serves `public` itself.
  publicDir: false,
  base: '/assets/',
  build: {
    target: 'es2023',
    // The pages' policy has no place for fonts within style sheets.
    assetsInlineLimit: 0,
    rolldownOptions: {
      // The widget's React module begins with 'use client', which only says something to server components.
      onLog: (level, log, report) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : report(level, log)),
      input: {
        react: 'src/browser/react.tsx',
        spa: 'src/browser/spa.ts',
        cell: 'src/gallery/show-cell.tsx',
        'cell-page': 'src/gallery/cell.css',
        gallery: 'src/gallery/gallery.ts',
        playground: 'src/playground/playground.ts',
      },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[hash].js', assetFileNames: '[name][extname]' },
    },
  },
});
