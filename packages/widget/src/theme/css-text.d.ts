/** A style sheet as text: Vite's `?raw`. Our own builds read it so too, minified (`css-text.ts`). */
declare module '*.css?raw' {
  const css: string;
  // oxlint-disable-next-line import/no-default-export -- what Vite exports
  export default css;
}
