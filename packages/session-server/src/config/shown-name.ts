import { z } from 'zod';

/** Controls, lone surrogates, and what turns the direction of all that follows: it would write our own words anew. */
const TURNS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
/** Something that a person sees. */
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** What people read as a name, of a website or an app: 1 to 80 characters. Arabic and Hebrew need none of what is refused. */
export function shownName(type: z.ZodString = z.string()): z.ZodString {
  return type
    .min(1)
    .max(80)
    .refine(
      (text) => !TURNS.test(text),
      'must have no line breaks, no control characters and none that turn the direction of text',
    )
    .refine((text) => text === '' || SEEN.test(text), 'must have a character that people see');
}
