// oxlint-disable-next-line typescript/triple-slash-reference -- projects that read this source from elsewhere know the type of a `?raw` import from here
/// <reference path="./css-text.d.ts" />
import base from './base.css?raw';
import card from './card.css?raw';
import choices from './choices.css?raw';
import code from './code.css?raw';
import controls from './controls.css?raw';
import dialog from './dialog.css?raw';
import motion from './motion.css?raw';
import states from './states.css?raw';

/** The whole style sheet, one file for each part of the widget. Of two rules with the same weight the later one counts. */
export const STYLE_SHEET: string = [base, card, controls, code, choices, states, dialog, motion].join('');
