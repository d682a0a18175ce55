// oxlint-disable-next-line typescript/triple-slash-reference -- projects that read this source from elsewhere know the type of a `?raw` import from here
/// <reference path="./css-text.d.ts" />
import base from './base.css?raw';
import card from './card.css?raw';
import choices from './choices.css?raw';
import code from './code.css?raw';
import columns from './columns.css?raw';
import controls from './controls.css?raw';
import dialog from './dialog.css?raw';
import low from './low.css?raw';
import mark from './mark.css?raw';
import motion from './motion.css?raw';
import states from './states.css?raw';

/**
 * Two columns need 40em of the widget's own room, and in a window as low as 40em three quarters of that. Not in an iframe,
 * whose height is that of its content: it would never be decided.
 */
const IN_COLUMNS = `@container (min-width: 40em) {${columns}}
@media (max-height: 40em) {@container low (min-width: 30em) {${columns}${low}}}`;

/** The whole style sheet, one file for each part of the widget. Of two rules with the same weight the later one counts. */
export const STYLE_SHEET: string = [base, card, controls, code, choices, mark, states, dialog, IN_COLUMNS, motion].join(
  '',
);
