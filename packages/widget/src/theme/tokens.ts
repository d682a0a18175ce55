/**
 * The colours, once for light and once for dark. Text and its ground are at least 4.5:1 apart,
 * what marks a control at least 3:1 (WCAG 2.2 §1.4.3, §1.4.11). A page may set the `--beckon-*`
 * ones; those that begin with `--bk-` are the widget's own.
 */
export const light = `
color-scheme: light;
--bk-accent: var(--beckon-accent, #1a56db);
--bk-on-accent: var(--beckon-on-accent, #fff);
--bk-ground: #fff;
--bk-subtle: #f6f7f9;
--bk-text: #111827;
--bk-muted: #5a6475;
--bk-line: #e3e6eb;
--bk-edge: #cdd3dc;
--bk-control: #8b95a5;
--bk-good: #0b7a4b;
--bk-bad: #b42318;
--bk-warm: #8f5400;
--bk-shadow: 0 1px 2px rgb(16 24 40 / .04), 0 12px 32px -16px rgb(16 24 40 / .14);
`;

export const dark = `
color-scheme: dark;
--bk-accent: var(--beckon-accent-dark, var(--beckon-accent, #7aa7ff));
--bk-on-accent: var(--beckon-on-accent-dark, var(--beckon-on-accent, #0b1530));
--bk-ground: #161a21;
--bk-subtle: #1c212a;
--bk-text: #eef1f5;
--bk-muted: #a5afbf;
--bk-line: #2b323e;
--bk-edge: #3d4656;
--bk-control: #6f7b8e;
--bk-good: #5bd19a;
--bk-bad: #ff9b90;
--bk-warm: #f2bd6b;
--bk-shadow: 0 1px 2px rgb(0 0 0 / .4), 0 16px 40px -16px rgb(0 0 0 / .6);
`;
